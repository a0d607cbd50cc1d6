"""Counts: those that may be lost when nobody knows, those that may not, and unique visitors."""

import uuid

from tests.integration.faults.caller import Outcome
from tests.integration.faults.writers import Writer


class Counts(Writer):
    """Without an Idempotency-Key the value lies between what was acknowledged and that plus what got no answer."""

    at_least = 0
    at_most = 0

    def write(self) -> None:
        outcome = self.ask("POST", "/api/counters/plain/increment", json={"by": 1}).outcome
        self.at_least += outcome is Outcome.DONE
        self.at_most += outcome is not Outcome.REFUSED

    def compare(self) -> list[str]:
        told = self.read("/api/counters/plain")["value"]
        if self.at_least <= told <= self.at_most:
            return []
        return [f"acknowledged {self.at_least}, at most {self.at_most}; told {told}"]


class KeyedCounts(Writer):
    """With an Idempotency-Key one asks until there is an answer, and each key counts once."""

    acknowledged_keys = 0
    key: str | None = None

    def write(self) -> None:
        self.key = self.key or str(uuid.uuid4())
        path, headers = "/api/counters/keyed/increment", {"Idempotency-Key": self.key}
        outcomes = [self.ask("POST", path, json={"by": 1}, headers=headers).outcome for _ in range(2)]
        if Outcome.DONE in outcomes:
            self.acknowledged_keys += 1
            self.key = None

    def compare(self) -> list[str]:
        told = self.read("/api/counters/keyed")["value"]
        possible = {self.acknowledged_keys, self.acknowledged_keys + (self.key is not None)}
        if told in possible:
            return []
        return [f"acknowledged {self.acknowledged_keys}, asked {max(possible)}; told {told}"]


class Visitors(Writer):
    """Visitors are estimated, so that a few may be missing; those of one fault may not."""

    at_least = 0
    at_most = 0

    def write(self) -> None:
        body = {"visitor": f"visitor {next(self.numbers)}"}
        outcome = self.ask("POST", "/api/counters/door/visitors", json=body).outcome
        self.at_least += outcome is Outcome.DONE
        self.at_most += outcome is not Outcome.REFUSED

    def compare(self) -> list[str]:
        told = self.read("/api/counters/door/visitors")["total"]
        error = 2 + 0.03 * self.at_most
        if self.at_least - error <= told <= self.at_most + error:
            return []
        return [f"acknowledged {self.at_least}, at most {self.at_most}; told {told}"]

"""What answers take for somebody who has an account and for somebody who has none: the two must look alike."""

import contextlib
import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import platform
from bench.accounts import PASSWORD

ROUNDS_PER_SECOND = 12  # of a measurement; each asks twice
QUESTIONS = ("sign-up", "login by name", "login by e-mail", "resend", "forgot")


@dataclass(frozen=True)
class Comparison:
    """Milliseconds of the same question asked for a known and for an unknown person, in turn."""

    known: list[float]
    unknown: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.known) / statistics.median(self.unknown)


@dataclass(frozen=True)
class Bench:
    """A platform with one account, `known`; `numbers` make names and addresses that nobody has asked about yet."""

    gateway: str
    session: requests.Session
    numbers: Iterator[int]

    def compared(self, question: str, rounds: int) -> Comparison:
        times: dict[str, list[float]] = {"known": [], "unknown": []}
        for who in itertools.islice(itertools.cycle(times), 2 * rounds):
            times[who].append(self._milliseconds(question, who))
        return Comparison(**times)

    def _milliseconds(self, question: str, who: str) -> float:
        number = next(self.numbers)
        name = who if who == "known" else f"nobody-{number}"
        email = f"{name}@people.example"
        path, body = {
            "sign-up": ("signup", {"username": f"new-{number}", "email": email, "password": PASSWORD}),
            "login by name": ("login", {"username": name, "password": "not the password"}),
            "login by e-mail": ("login", {"email": email, "password": "not the password"}),
            "resend": ("resend-confirmation", {"email": email}),
            "forgot": ("password/forgot", {"email": email}),
        }[question]
        began = time.perf_counter()
        answer = self.session.post(f"{self.gateway}/api/auth/{path}", json=body, timeout=10)
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code not in (202, 401):
            raise RuntimeError(f"{question}: {answer.status_code} {answer.text}")
        return taken


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start a platform of its own, and make the one account that is known."""
    with platform.started(folder, {"MAIL_COOLDOWN": "0"}) as record, requests.Session() as session:
        known = {"username": "known", "email": "known@people.example", "password": PASSWORD}
        session.post(f"{record.url}/api/auth/signup", json=known, timeout=10).raise_for_status()
        token = _confirmation_token(record.url, session)
        session.post(f"{record.url}/api/auth/confirm", json={"token": token}, timeout=10).raise_for_status()
        yield Bench(record.url, session, itertools.count())


def _confirmation_token(url: str, session: requests.Session) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for mail in session.get(f"{url}/mailbox/messages", timeout=10).json():
            return str(mail["text"]).partition("confirm?token=")[2].split()[0]
        time.sleep(0.05)
    raise RuntimeError("no mail came")

"""After a fault: all recovers by itself, and nothing that was acknowledged is lost."""

import time
from dataclasses import dataclass, field

from quartet.testing.waiting import eventually
from tests.integration.faults.load import Load
from tests.integration.faults.parts import ALL
from tests.integration.faults.probes import Probes
from tests.integration.platform_compose import ComposePlatform

PROMISE = 30.0
"""Seconds after which all is healthy again: printed, since a busy machine cannot keep it."""

PATIENCE = 90.0
"""Seconds after which a test gives up: three times the promise, for machines that are busy with other things."""


@dataclass
class Aftermath:
    platform: ComposePlatform
    load: Load
    probes: Probes
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, fault: str, part: str) -> None:
        """Wait until all that people can do works again and the part is well; then compare all records."""
        over = time.monotonic()
        self.probes.wait_for(ALL, PATIENCE)
        self.probes.wait_for_health(PATIENCE)
        eventually(lambda: self.platform.is_healthy(part), PATIENCE, f"{part} healthy")
        self.seconds[fault] = time.monotonic() - over
        lost = self.load.lost()
        assert not lost, f"after {fault}, of {self.load.written()}:\n" + "\n".join(lost)

    def report(self) -> str:
        """After how many seconds all was well again, fault by fault, and what was written meanwhile."""
        lines = [
            f"{seconds:6.1f} s  {fault}{f'  (promised: {PROMISE:.0f} s)' * (seconds > PROMISE)}"
            for fault, seconds in self.seconds.items()
        ]
        return "\n".join(["All was well again after", *lines, f"Acknowledged: {self.load.written()}"])

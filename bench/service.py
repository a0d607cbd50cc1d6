"""The counter service as `make run` starts it, called directly and through the gateway."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import platform


@dataclass(frozen=True)
class Bench:
    """The gateway's address, that of counter behind it, and an access token."""

    gateway: str
    counter: str
    token: str


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start a platform of its own and log its admin in."""
    with platform.started(folder, {}) as record:
        counter = record.urls["counter"].removesuffix("/health/ready")
        yield Bench(record.url, counter, platform.admin_token(folder, record.url))

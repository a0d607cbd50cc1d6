"""What all writers of the load have in common."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.integration.faults.caller import Caller, Reply
from tests.integration.faults.people import done
from tests.integration.platform_client import User


class Writer(ABC):
    """Writes one kind of thing over and over, keeps what it was answered, and compares that with the platform.

    `compare` is called by another thread than `write`, never at the same time.
    """

    def __init__(self, url: str, user: User) -> None:
        self.caller = Caller(url)
        self.user = user
        self.token = user["access_token"]
        self.numbers: Iterator[int] = count()
        self.busy = threading.Lock()
        self.acknowledged = 0
        self.unknown = 0
        self.failures: list[Reply] = []

    def write_once(self) -> None:
        with self.busy:
            self.write()

    def lost(self) -> list[str]:
        """What of the record the platform does not tell, or tells otherwise; one line each."""
        with self.busy:
            return [f"{type(self).__name__}: {line}" for line in self.compare()]

    @abstractmethod
    def write(self) -> None:
        """Ask for the next write, and note what became of it."""

    @abstractmethod
    def compare(self) -> list[str]:
        """Return what is wrong on the platform, each in a line."""

    def ask(self, method: str, path: str, **options: Any) -> Reply:
        """Ask in the name of the writer's user; failures are kept."""
        options.setdefault("token", self.token)
        reply = self.caller.ask(method, path, **options)
        self.acknowledged += reply.done
        if reply.status is None or reply.status >= 500:
            self.unknown += 1
            self.failures.append(reply)
        return reply

    def read(self, path: str) -> Any:
        """The body of a read, for comparing: asked for until it is there."""
        return done(self.caller, "GET", path, token=self.token).body

    def read_all(self, path: str) -> list[Any]:
        """All items of a list."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.read(f"{path}?limit=100" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next_cursor"]
        return items

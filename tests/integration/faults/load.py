"""The steady load: each writer in a thread of its own, and one that looks into the mailbox."""

import threading
from collections.abc import Callable, Sequence

from tests.integration.faults.accounts import Departures, Logouts, Names, SignUps
from tests.integration.faults.counters import Counts, KeyedCounts, Visitors
from tests.integration.faults.mails import Mailbox
from tests.integration.faults.products import Products
from tests.integration.faults.writers import Writer
from tests.integration.platform_client import User

PAUSE = 0.5

KINDS: Sequence[type[Writer]] = (SignUps, Names, Logouts, Departures, Products, Counts, KeyedCounts, Visitors)


class Load:
    """Runs from its making to `stop`; a writer does about two writes a second, and waits where it is made to wait."""

    def __init__(self, url: str, new_user: Callable[[], User], admin: User) -> None:
        seeing_all = (SignUps, Departures)
        self.writers = [kind(url, admin if kind in seeing_all else new_user()) for kind in KINDS]
        self.mailbox = Mailbox(url)
        self.errors: list[str] = []
        self._at_rest, self._over = threading.Event(), threading.Event()
        self._writing = [self._start(writer.write_once, self._at_rest) for writer in self.writers]
        self._looking = self._start(self.mailbox.look, self._over)

    def rest(self) -> None:
        """Write no more; what is under way is finished first. The mailbox is still looked into."""
        self._at_rest.set()
        for thread in self._writing:
            thread.join()

    def stop(self) -> None:
        """End the load."""
        self.rest()
        self._over.set()
        self._looking.join()

    def lost(self) -> list[str]:
        """Compare all records with the platform: each line tells what was acknowledged and is not so."""
        return [line for writer in self.writers for line in writer.lost()] + self.errors

    def written(self) -> str:
        """How much was acknowledged, in one line."""
        parts = [f"{type(w).__name__} {w.acknowledged} (+{w.unknown} unknown)" for w in self.writers]
        return ", ".join(parts)

    def addresses(self) -> set[str]:
        """Who has been told that a mail is on its way."""
        return set(self._sign_ups.signed_up.copy().values())

    def all_addresses(self) -> set[str]:
        """And who has asked for it without an answer."""
        return set(self._sign_ups.asked.copy().values())

    @property
    def _sign_ups(self) -> SignUps:
        (sign_ups,) = (writer for writer in self.writers if isinstance(writer, SignUps))
        return sign_ups

    def _start(self, work: Callable[[], None], end: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=self._repeat, args=(work, end), name=f"load: {work.__qualname__}")
        thread.start()
        return thread

    def _repeat(self, work: Callable[[], None], end: threading.Event) -> None:
        while not end.wait(PAUSE):
            try:
                work()
            except Exception as error:
                self.errors.append(f"{threading.current_thread().name} stumbled: {error!r}")

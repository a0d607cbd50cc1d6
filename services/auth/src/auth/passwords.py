"""Password hashes: argon2id (RFC 9106) with the parameters that OWASP names, 19 MiB, two passes, one lane.

A hash costs about 16 ms of a core. Only so many are computed at once, and nobody waits for a place: logins that queue
would hold the threads that the feed needs, just when passwords are being guessed. A password is hashed composed (NFC),
so that é is é on every keyboard. Older systems hashed what was typed, so a hash that was imported may be of that.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from prometheus_client import Counter, Gauge, Histogram

from auth import foreign_hashes
from auth.errors import Busy
from quartet import per_process

SLOTS = Gauge("auth_hash_slots", "Passwords that may be hashed at once.", multiprocess_mode="livesum")
IN_USE = Gauge("auth_hash_slots_in_use", "Slots that are taken.", multiprocess_mode="livesum")
REFUSED = Counter("auth_hash_slots_refused", "Requests for a slot when none was free.")
DURATION = Histogram(
    "auth_hash_duration_seconds",
    "Time to hash a password, or to check one.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


class Slot:
    """A place to compute in, one hash after the other."""

    def __init__(self, hasher: PasswordHasher, nobodys: str) -> None:
        self._hasher = hasher
        self._nobodys = nobodys

    def hash(self, password: str) -> str:
        """Return the hash of a new password."""
        with DURATION.time():
            return self._hasher.hash(normalize("NFC", password))

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Tell whether the password is the one hashed; without a hash it does the same work and says no."""
        composed = normalize("NFC", password)
        typed = [composed] if composed == password else [composed, password]
        found = any(self._verify(each, password_hash or self._nobodys) for each in typed)
        return found and password_hash is not None

    @DURATION.time()
    def _verify(self, password: str, password_hash: str) -> bool:
        foreign = foreign_hashes.verify(password, password_hash)
        if foreign is not None:
            return foreign
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


class Passwords:
    def __init__(self, slots: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._slots = threading.BoundedSemaphore(slots)
        per_process.say(lambda: SLOTS.set(slots))
        self._slot = Slot(self._hasher, self._hasher.hash("the password of nobody"))

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Yield a slot to hash in, for as long as the block lasts; raises Busy when none is free."""
        if not self._slots.acquire(blocking=False):
            REFUSED.inc()
            raise Busy
        try:
            with IN_USE.track_inprogress():
                yield self._slot
        finally:
            self._slots.release()

    def hash(self, password: str) -> str:
        """Return the hash of a new password, made in a slot of its own; raises Busy."""
        with self.slot() as slot:
            return slot.hash(password)

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the hash was made in another way, or with other parameters, than today's."""
        if not foreign_hashes.is_argon2(password_hash):
            return True
        return self._hasher.check_needs_rehash(password_hash)

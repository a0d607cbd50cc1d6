"""Password hashes: argon2id (RFC 9106) with the parameters that OWASP names, 19 MiB, two passes, one lane.

A hash costs about 16 ms of a core. Only so many are computed at once, and nobody waits for a place: logins that queue
would hold the threads that the feed needs, just when passwords are being guessed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth.errors import Busy


class Passwords:
    def __init__(self, slots: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._slots = threading.BoundedSemaphore(slots)
        self._nobodys = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Return the hash of a new password; raises Busy when no slot is free."""
        with self._slot():
            return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Tell whether the password is the one hashed; without a hash it does the same work and says no.

        Raises:
            Busy: no slot is free.
        """
        with self._slot():
            try:
                self._hasher.verify(password_hash or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
            return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._slots.release()

"""A batch of users of another system: its passwords are hashed, then it is stored in one transaction."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.models import User
from auth.repository import imports
from auth.resources import Resources
from auth.schemas.imports import Row
from auth.use_cases import audit
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of
from auth.use_cases.import_checks import Checks, Judged
from quartet.retries import retried

TRIES = 3


class BatchRefused(Exception):
    """A batch holds these bad rows, and was not stored."""

    def __init__(self, bad: Sequence[Judged]) -> None:
        super().__init__()
        self.bad = bad


class NotHashed(Exception):
    """A row is to be made whose password was not hashed, for it was not to be made when that was asked before."""


@dataclass(frozen=True)
class Batches:
    auth: Resources
    caller: Caller
    checks: Checks
    threads: Executor
    skip_bad: bool

    def store(self, batch: Sequence[Row]) -> list[Judged]:
        """Return what became of each row; raises BatchRefused unless bad rows are to be skipped."""
        try:
            return self._persisted(self._hashed(batch, [each.made for each in self.checks.foreseen(batch)]))
        except NotHashed:
            return self._persisted(self._hashed(batch, [not row.errors for row in batch]))

    def _hashed(self, batch: Sequence[Row], wanted: Sequence[bool]) -> list[Row]:
        """Return the batch with hashes in the place of the wanted passwords; it takes long, and holds no lock."""
        plain = [is_wanted and row.password is not None for row, is_wanted in zip(batch, wanted, strict=True)]
        hashes = self.threads.map(self._hash, [row for row, is_plain in zip(batch, plain, strict=True) if is_plain])
        return [
            replace(row, password=None, password_hash=next(hashes)) if is_plain else row
            for row, is_plain in zip(batch, plain, strict=True)
        ]

    def _hash(self, row: Row) -> str:
        if not row.password:
            raise AssertionError("an empty password must open no account")
        return self.auth.passwords.hash(row.password)

    def _persisted(self, batch: Sequence[Row]) -> list[Judged]:
        for _ in range(TRIES - 1):
            try:
                return self._insert(batch)
            except IntegrityError:
                continue  # somebody took a name or an address in this very moment: that is seen now
        return self._insert(batch)

    @retried
    def _insert(self, batch: Sequence[Row]) -> list[Judged]:
        now = datetime.now(UTC)
        with self.auth.database.writing() as session:
            judged = self.checks.judged(session, batch)
            bad = [each for each in judged if each.outcome == "refused"]
            if bad and not self.skip_bad:
                raise BatchRefused(bad)
            made = [each for each in judged if each.made]
            if any(each.row.password is not None for each in made):
                raise NotHashed
            if made:
                self._make(session, made, now)
                session.commit()
        return judged

    def _make(self, session: Session, made: Sequence[Judged], now: datetime) -> None:
        """Insert accounts; those waiting sign-ups go that were seen to give way, or that name one of the addresses."""
        pending = imports.pending_for(session, {key_of(each.row.email) for each in made if each.row.email})
        in_place_of = [each.gives_way for each in made if each.gives_way is not None]
        repository.users.remove_pending(session, *{*pending, *in_place_of})
        users = [self._user(each.row, now) for each in made]
        imports.add_all(session, users)
        for user in users:
            audit.note(session, self.caller, "account.imported", target=user.subject, roles=user.roles.split())

    def _user(self, row: Row, now: datetime) -> User:
        if row.errors or not row.username or not row.password_hash:
            raise AssertionError("no account is made of a row that is bad, or without a name or a hash")
        user = new_user(row.username, row.email, row.password_hash, now)
        user.roles = " ".join(row.roles)
        if not self.checks.waits(row):
            user.created_at = row.created_at or now  # a pending one waits from now on
            user.activated_at = now
            user.owned_email_key = user.email_key
            user.email_confirmed_at = now if row.email_confirmed and row.email else None
        return user

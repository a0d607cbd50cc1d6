"""Users of another system, batch by batch, each a transaction; no mail is sent.

Who is there already, under the same name and e-mail, is left as they are: an import may be run again, after its end
as after its middle.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal, Protocol

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.import_notes import Notes
from auth.models import User
from auth.repository import imports
from auth.resources import Resources
from auth.schemas.imports import Row
from auth.use_cases import audit, authority
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of
from quartet.errors import FieldError
from quartet.retries import retried

BATCH = 100
TRIES = 3

Outcome = Literal["created", "pending", "unchanged", "refused"]


class Report(Protocol):
    def note(self, row: Row, outcome: Outcome) -> None:
        """Take what became, or would become, of a row; its errors say why it was refused."""


class BatchRefused(Exception):
    """A batch holds a bad row, and was not stored."""


@dataclass(frozen=True)
class Importer:
    auth: Resources
    caller: Caller
    allow_admins: bool = False
    skip_bad: bool = False

    def check(self, rows: Iterable[Row], report: Report) -> None:
        """Report what would become of each row; store nothing."""
        for batch in self._batches(rows):
            with self.auth.database.reading() as session:
                outcomes = self._outcomes(session, batch)
            _tell(batch, outcomes, report)

    def store(self, rows: Iterable[Row], report: Report) -> None:
        """Make the accounts and the pending sign-ups, and report each row; what is reported is stored.

        Raises:
            BatchRefused: unless bad rows are to be skipped; only the bad rows of its batch are reported.
        """
        with ThreadPoolExecutor(min(self.auth.settings.hash_slots, os.cpu_count() or 1)) as threads:
            for batch in self._batches(rows):
                with self.auth.database.reading() as session:
                    outcomes = self._outcomes(session, batch)
                plain = [row for row in batch if row.password is not None and outcomes[row.line][0] in MADE]
                passwords = (row.password or "" for row in plain)
                made = threads.map(self.auth.passwords.hash, passwords)
                hashes = {row.line: password_hash for row, password_hash in zip(plain, made, strict=True)}
                _tell(batch, self._stored(batch, hashes, report), report)

    def _batches(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        notes = Notes()
        try:
            checked = (self._checked(row, notes) for row in rows)
            while batch := list(islice(checked, BATCH)):
                yield batch
        finally:
            notes.close()

    def _checked(self, row: Row, notes: Notes) -> Row:
        """Return a row with what is wrong with it in this place, whatever the database holds."""
        if row.errors:
            return row
        if authority.ADMIN in row.roles and not self.allow_admins:
            return _refused(row, FieldError("roles", "admins are made only where that was allowed"))
        if self._waits(row) and row.email is None:
            message = "must be there, for it must be confirmed (EMAIL_CONFIRMATION)"
            return _refused(row, FieldError("email", message))
        for name, text in (("username", row.username), ("email", row.email)):
            if text and (line := notes.line_of(name, key_of(text))):
                return _refused(row, FieldError(name, f"stands in line {line} already"))
        for name, text in (("username", row.username), ("email", row.email)):
            if text:
                notes.note(name, key_of(text), row.line)
        return row

    def _waits(self, row: Row) -> bool:
        return not row.email_confirmed and self.auth.settings.email_confirmation == "required"

    def _outcomes(self, session: Session, batch: Sequence[Row]) -> Mapping[int, tuple[Outcome, FieldError | None]]:
        """Return what would become of each row, by its line, and what in the database is against it."""
        good = [row for row in batch if not row.errors]
        holders = imports.by_names(session, {key_of(row.username) for row in good})
        owned = imports.owned(session, {key_of(row.email) for row in good if row.email})
        return {row.line: self._outcome(row, holders, owned) for row in batch}

    def _outcome(self, row: Row, holders: Mapping[str, User], owned: set[str]) -> tuple[Outcome, FieldError | None]:
        if row.errors:
            return "refused", None
        email_key = key_of(row.email) if row.email else None
        holder = holders.get(key_of(row.username))
        if holder and not self._gives_way(holder, row, email_key):
            if holder.email_key == email_key:
                return "unchanged", None
            return "refused", FieldError("username", "is taken by somebody with another e-mail")
        if email_key in owned:
            return "refused", FieldError("email", "has an account already, under another user name")
        return ("pending" if self._waits(row) else "created"), None

    def _gives_way(self, holder: User, row: Row, email_key: str | None) -> bool:
        """Whether the name is held only by a sign-up that is over, or that the row confirms in its place."""
        stale_before = datetime.now(UTC) - timedelta(seconds=self.auth.settings.confirmation_ttl)
        same = holder.email_key == email_key
        return holder.activated_at is None and (
            row.email_confirmed if same else repository.users.is_stale(holder, stale_before)
        )

    def _stored(
        self, batch: Sequence[Row], hashes: Mapping[int, str], report: Report
    ) -> Mapping[int, tuple[Outcome, FieldError | None]]:
        for _ in range(TRIES - 1):
            try:
                return self._insert(batch, hashes, report)
            except IntegrityError:
                continue  # somebody took a name or an address in this very moment: that is seen now
        return self._insert(batch, hashes, report)

    @retried
    def _insert(
        self, batch: Sequence[Row], hashes: Mapping[int, str], report: Report
    ) -> Mapping[int, tuple[Outcome, FieldError | None]]:
        now = datetime.now(UTC)
        with self.auth.database.writing() as session:
            outcomes = self._outcomes(session, batch)
            bad = [row for row in batch if outcomes[row.line][0] == "refused"]
            if bad and not self.skip_bad:
                _tell(bad, outcomes, report)
                raise BatchRefused
            made = [row for row in batch if outcomes[row.line][0] in MADE]
            if made:
                self._make(session, made, hashes, now)
                session.commit()
        return outcomes

    def _make(self, session: Session, rows: Sequence[Row], hashes: Mapping[int, str], now: datetime) -> None:
        holders = imports.by_names(session, {key_of(row.username) for row in rows})
        pending = imports.pending_for(session, {key_of(row.email) for row in rows if row.email})
        repository.users.remove_pending(session, *{*pending, *(holder.id for holder in holders.values())})
        users = [self._user(row, hashes, now) for row in rows]
        imports.add_all(session, users)
        for user in users:
            audit.note(session, self.caller, "account.imported", target=user.subject, roles=user.roles.split())

    def _user(self, row: Row, hashes: Mapping[int, str], now: datetime) -> User:
        password_hash = row.password_hash or hashes.get(row.line) or self.auth.passwords.hash(row.password or "")
        user = new_user(row.username, row.email, password_hash, now)
        user.roles = " ".join(row.roles)
        if not self._waits(row):
            user.created_at = row.created_at or now  # a pending one waits from now on
            user.activated_at = now
            user.owned_email_key = user.email_key
            user.email_confirmed_at = now if row.email_confirmed and row.email else None
        return user


MADE = ("created", "pending")


def _refused(row: Row, error: FieldError) -> Row:
    return replace(row, errors=(error,))


def _tell(rows: Sequence[Row], outcomes: Mapping[int, tuple[Outcome, FieldError | None]], report: Report) -> None:
    for row in rows:
        outcome, error = outcomes[row.line]
        report.note(_refused(row, error) if error else row, outcome)

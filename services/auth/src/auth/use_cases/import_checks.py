"""What would become of the users of another system: what is wrong with a row by itself, and against the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from auth import repository
from auth.import_notes import Notes
from auth.models import User
from auth.repository import imports
from auth.resources import Resources
from auth.schemas.imports import Row
from auth.use_cases import authority
from auth.use_cases.identities import key_of
from auth.use_cases.sign_ups import stale_before
from quartet.errors import FieldError

Outcome = Literal["created", "pending", "unchanged", "refused"]


@dataclass(frozen=True)
class Judged:
    """A row and what would become of it.

    Lines tell nothing apart, for YAML has several users in one: what belongs to a row goes with it.
    """

    row: Row
    outcome: Outcome
    gives_way: int | None = None
    """The id of the waiting sign-up that has its name and is removed for it."""

    @property
    def made(self) -> bool:
        return self.outcome in ("created", "pending")


@dataclass(frozen=True)
class Checks:
    auth: Resources
    allow_admins: bool = False

    def checked(self, row: Row, notes: Notes) -> Row:
        """Return a row with what is wrong with it in its place of the file, whatever the database holds."""
        if row.errors:
            return row
        if authority.ADMIN in row.roles and not self.allow_admins:
            return _with(row, FieldError("roles", "admins are made only where that was allowed"))
        if self.waits(row) and row.email is None:
            return _with(row, FieldError("email", "must be there, for it must be confirmed (EMAIL_CONFIRMATION)"))
        said = [(name, key_of(text)) for name, text in (("username", row.username), ("email", row.email)) if text]
        for name, key in said:
            if line := notes.line_of(name, key):
                return _with(row, FieldError(name, f"stands in line {line} already"))
        for name, key in said:
            notes.note(name, key, row.line)
        return row

    def waits(self, row: Row) -> bool:
        """Whether it becomes a sign-up that waits for its confirmation."""
        return not row.email_confirmed and self.auth.settings.email_confirmation == "required"

    def foreseen(self, rows: Sequence[Row]) -> list[Judged]:
        """As `judged`, in a transaction of its own; it may have changed when they are stored."""
        with self.auth.database.reading() as session:
            return self.judged(session, rows)

    def judged(self, session: Session, rows: Sequence[Row]) -> list[Judged]:
        """Return what would become of each row, in their order; one that is refused says why."""
        good = [row for row in rows if not row.errors]
        holders = imports.by_names(session, {key_of(row.username) for row in good})
        owned = imports.owned(session, {key_of(row.email) for row in good if row.email})
        return [self._judged(row, holders, owned) for row in rows]

    def _judged(self, row: Row, holders: Mapping[str, User], owned: set[str]) -> Judged:
        if row.errors:
            return Judged(row, "refused")
        email_key = key_of(row.email) if row.email else None
        holder = holders.get(key_of(row.username))
        if holder and not self._gives_way(holder, row, email_key):
            if holder.email_key == email_key:
                return Judged(row, "unchanged")
            return _refused(row, FieldError("username", "is taken by somebody with another e-mail"))
        if email_key in owned:
            return _refused(row, FieldError("email", "has an account already, under another user name"))
        return Judged(row, "pending" if self.waits(row) else "created", holder.id if holder else None)

    def _gives_way(self, holder: User, row: Row, email_key: str | None) -> bool:
        """Whether the name is held only by a sign-up that is over, or that the row confirms in its place."""
        same = holder.email_key == email_key
        return holder.activated_at is None and (
            row.email_confirmed if same else repository.users.is_stale(holder, stale_before(self.auth))
        )


def _with(row: Row, error: FieldError) -> Row:
    return replace(row, errors=(error,))


def _refused(row: Row, error: FieldError) -> Judged:
    return Judged(_with(row, error), "refused")

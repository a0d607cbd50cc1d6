"""What becomes of the users of one batch: each its own, wherever in the file it stands and whoever comes meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.callers import COMMAND_LINE
from auth.models import User
from auth.passwords import Passwords
from auth.repository import imports as stored
from auth.resources import Resources
from auth.schemas.imports import Row
from auth.use_cases import user_imports
from auth.use_cases.accounts import new_user
from auth.use_cases.user_imports import BatchRefused, Importer, Outcome
from quartet.database import Database
from quartet.errors import FieldError

HASH = "pbkdf2:sha256:1000$salt$" + "0" * 64
FAULT = FieldError("username", "must be there")


class Told:
    """Keeps what was told, in its order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Outcome, list[str]]] = []

    def note(self, row: Row, outcome: Outcome) -> None:
        self.all.append((row.username, outcome, [each.field for each in row.errors]))


def row(username: str, *, line: int = 1, **members: Any) -> Row:
    return Row(line, username, f"{username}@example.com", email_confirmed=True, **members)


def store(auth: Resources, *rows: Row, skip_bad: bool = False) -> Told:
    told = Told()
    Importer(auth, COMMAND_LINE, skip_bad=skip_bad).store(rows, told)
    return told


def users(auth: Resources) -> dict[str, User]:
    with auth.database.reading() as session:
        return {user.username: user for user in session.scalars(select(User))}


def test_users_of_one_line_keep_their_own_passwords(auth: Resources) -> None:
    store(auth, row("ada1", password="the password of ada"), row("bob1", password="the password of bob"))
    with auth.passwords.slot() as slot:
        for username, password in (("ada1", "the password of ada"), ("bob1", "the password of bob")):
            assert slot.matches(password, users(auth)[username].password_hash)


def test_a_good_user_of_a_bad_ones_line_makes_it_no_better(auth: Resources) -> None:
    told = store(auth, Row(1, errors=(FAULT,)), row("dora1", password="a password"), skip_bad=True)
    assert told.all == [("", "refused", ["username"]), ("dora1", "created", [])]
    assert set(users(auth)) == {"dora1"}


def test_a_batch_with_a_bad_row_is_refused_and_only_the_bad_are_told(auth: Resources) -> None:
    told = Told()
    with pytest.raises(BatchRefused):
        Importer(auth, COMMAND_LINE).store([row("ada1", password_hash=HASH), Row(1, errors=(FAULT,))], told)
    assert told.all == [("", "refused", ["username"])]
    assert users(auth) == {}


@pytest.mark.parametrize(
    "broken", [row("", password_hash=HASH), row("ada1", password=""), row("ada1"), row("ada1", password_hash="")]
)
def test_no_account_is_made_without_a_name_or_a_password(auth: Resources, broken: Row) -> None:
    with pytest.raises(AssertionError):
        store(auth, broken)
    assert users(auth) == {}


def test_a_password_is_hashed_outside_of_the_transaction_though_a_name_gets_free_late(
    auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(auth, row("ada1", password_hash=HASH))
    writing, hash_ = Database.writing, Passwords.hash
    hashed_outside: list[bool] = []

    def free(self: Database) -> Any:
        monkeypatch.setattr(Database, "writing", writing)
        with writing(self) as session:
            session.execute(update(User).values(username="eve", username_key="eve", email_key="e", owned_email_key="e"))
            session.commit()
        return writing(self)

    def hashed(self: Passwords, password: str) -> str:
        with auth.database.writing() as session:  # would wait for a transaction that is open
            session.execute(select(User.id))
        hashed_outside.append(True)
        return hash_(self, password)

    monkeypatch.setattr(Database, "writing", free)
    monkeypatch.setattr(Passwords, "hash", hashed)
    assert store(auth, row("ada1", password="a password")).all == [("ada1", "created", [])]
    assert hashed_outside == [True]
    with auth.passwords.slot() as slot:
        assert slot.matches("a password", users(auth)["ada1"].password_hash)


def test_who_takes_the_name_within_the_transaction_is_judged_and_not_removed_unseen(
    auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned, calls = stored.owned, 0

    def sign_up(session: Session, keys: set[str]) -> set[str]:
        nonlocal calls
        calls += 1
        found = owned(session, keys)
        if calls == 2:  # the batch is judged within its transaction
            session.add(new_user("ada1", "eve@example.com", HASH, datetime.now(UTC)))
            session.flush()
        return found

    monkeypatch.setattr(stored, "owned", sign_up)
    assert store(auth, row("ada1", password_hash=HASH)).all == [("ada1", "created", [])]
    assert calls == 3, "the first transaction was to be lost, for the name was taken"


def test_what_clashes_is_refused_within_a_batch_as_across_batches(
    auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        row("ada1", password_hash=HASH),
        replace(row("eve1", password_hash=HASH), email="ADA1@example.com"),
        replace(row("ADA1", password_hash=HASH), email="other@example.com"),
        row("bob1", password_hash=HASH),
    ]
    for batch, there in ((100, "created"), (2, "unchanged")):
        monkeypatch.setattr(user_imports, "BATCH", batch)
        told = store(auth, *rows, skip_bad=True).all
        assert [outcome for _, outcome, _ in told] == [there, "refused", "refused", there]
        assert [fields for _, _, fields in told] == [[], ["email"], ["username"], []]
    assert set(users(auth)) == {"ada1", "bob1"}

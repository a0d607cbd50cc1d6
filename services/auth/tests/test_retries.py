"""A use case that MySQL ends for another one's sake begins again, and nobody notices."""

import pytest
from sqlalchemy.exc import OperationalError

from auth import repository
from auth.callers import COMMAND_LINE
from auth.resources import Resources
from auth.use_cases import sign_ups


def test_a_sign_up_that_loses_a_deadlock_begins_again(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    add, tries = repository.users.add, []

    def lose_once(session: object, user: object) -> None:
        add(session, user)  # type: ignore[arg-type]
        tries.append(user)
        if len(tries) == 1:
            raise OperationalError("INSERT", {}, Exception(1213, "Deadlock found when trying to get lock"))

    monkeypatch.setattr(repository.users, "add", lose_once)
    user = sign_ups.sign_up(auth, COMMAND_LINE, "anna", "anna@people.example", "correct horse battery")

    assert len(tries) == 2
    with auth.database.reading() as session:
        found = repository.users.by_username(session, "anna")
        assert found is not None
        assert found.subject == user.subject

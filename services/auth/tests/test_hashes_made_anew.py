"""A hash of outdated parameters is made anew at login, also when many log in at once."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from auth.models import User
from auth.passwords import Passwords
from auth.use_cases import sessions
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.guessing import guesses, log_in, unhurried

MakeApi = Callable[..., Api]


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


def test_a_hash_of_other_parameters_is_made_anew_at_login(api: Api) -> None:
    api.user("ada")
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with api.resources.database.writing() as session:
        session.execute(update(User).values(password_hash=old))
        session.commit()
    assert log_in(api, "ada", PASSWORD).status_code == 200
    with api.resources.database.reading() as session:
        (new,) = session.scalars(select(User.password_hash))
    assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert log_in(api, "ada", PASSWORD).status_code == 200


def meanwhile(api: Api, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """Let the password become another one just after each check of it at login."""

    def replace_it(*_: object) -> bool:
        with api.resources.database.writing() as session:
            session.execute(update(User).values(password_hash=api.resources.passwords.hash(password)))
            session.commit()
        return False

    monkeypatch.setattr(Passwords, "is_outdated", replace_it)


def test_a_password_that_is_changed_while_it_is_checked_is_wrong_and_the_try_counts(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.user("ada")
    meanwhile(api, monkeypatch, "an even better horse")
    assert log_in(api, "ada", PASSWORD).get_json()["code"] == "invalid_credentials"
    assert guesses(api) == 4


def test_a_hash_that_is_made_anew_while_it_is_checked_is_still_of_the_right_password(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.user("ada")
    meanwhile(api, monkeypatch, PASSWORD)
    for _ in range(6):
        assert log_in(api, "ada", PASSWORD).status_code == 200, "no try is counted"


def test_where_there_is_no_slot_to_check_once_more_no_try_is_counted(
    make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_api(hash_slots=1)
    api.user("ada")
    passwords = api.client.application.extensions["auth"].passwords
    meanwhile(api, monkeypatch, PASSWORD)
    real, taken = sessions.add, ExitStack()

    def add_and_take_the_slot(*args: Any) -> Any:
        taken.enter_context(passwords.slot())
        return real(*args)

    monkeypatch.setattr(sessions, "add", add_and_take_the_slot)
    for _ in range(6):
        with taken:
            assert log_in(api, "ada", PASSWORD).get_json()["code"] == "busy"

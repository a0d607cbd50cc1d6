"""Who has an account shows neither in an answer nor in the work behind it: hashes and queries are counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from services.auth.tests.api import PASSWORD, Api

MakeApi = Callable[..., Api]
POLICIES = ("required", "optional", "off")


@dataclass
class Work:
    """What was done: password hashes computed, and statements sent to the database, without their values."""

    hashes: int = 0
    statements: list[str] = field(default_factory=list)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Api], Any]:
    """`with counted(api) as work: …`"""
    works: list[Work] = []
    for name in ("hash", "verify"):
        monkeypatch.setattr(PasswordHasher, name, _counting(getattr(PasswordHasher, name), works))

    @contextmanager
    def count(api: Api) -> Iterator[Work]:
        works[:] = [Work()]
        engine = api.client.application.extensions["auth"].database.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            works[0].statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield works[0]
        finally:
            event.remove(engine, "before_cursor_execute", note)
            works.clear()

    return count


def _counting(method: Callable[..., Any], works: list[Work]) -> Callable[..., Any]:
    def count(*args: Any, **kwargs: Any) -> Any:
        for work in works:
            work.hashes += 1
        return method(*args, **kwargs)

    return count


def test_a_sign_up_for_a_known_email_is_the_same_work_as_for_a_new_one(api: Api, counted: Any) -> None:
    api.user("ada")
    _forget_cooldowns(api)  # that of ada's own sign-up
    with counted(api) as new:
        first = api.sign_up("bob", "bob@example.com")
    with counted(api) as known:
        second = api.sign_up("eve", "ada@example.com")
    assert first.status_code == second.status_code == 202
    assert {**first.get_json(), "username": "", "email": ""} == {**second.get_json(), "username": "", "email": ""}
    assert new.hashes == 1
    assert known == new


def test_a_second_sign_up_for_an_email_is_the_same_work_whether_or_not_it_is_known(api: Api, counted: Any) -> None:
    api.user("ada")
    _forget_cooldowns(api)
    work = {}
    for email in ("ada@example.com", "nobody@example.com"):
        api.sign_up(f"first-{email[:3]}", email)
        with counted(api) as work[email]:
            api.sign_up(f"second-{email[:3]}", email)
    assert work["ada@example.com"] == work["nobody@example.com"]


def test_the_name_of_a_sign_up_for_a_known_email_is_taken_as_any_other(api: Api) -> None:
    api.user("ada")
    api.sign_up("eve", "ada@example.com")
    api.sign_up("bob", "bob@example.com")
    answers = [api.sign_up(name, "other@example.com").get_json()["code"] for name in ("eve", "bob", "ada")]
    assert answers == ["username_taken"] * 3


@pytest.mark.parametrize("policy", POLICIES)
def test_every_sign_up_computes_one_hash(make_api: MakeApi, counted: Any, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    expected = {"required": (202, 202, 409), "optional": (201, 409, 409), "off": (201, 409, 409)}[policy]
    calls = [("ada", "ada@example.com"), ("eve", "ada@example.com"), ("ADA", "bob@example.com")]
    if policy == "required":
        calls[2] = ("EVE", "bob@example.com")
    for (name, email), status in zip(calls, expected, strict=True):
        with counted(api) as work:
            assert api.sign_up(name, email).status_code == status
        assert work.hashes == 1, (name, email)


def test_every_login_computes_one_hash(api: Api, counted: Any) -> None:
    api.user("ada")
    api.sign_up("pending")
    logins = [("ada", PASSWORD, 200), ("ada", "wrong", 401), ("nobody", PASSWORD, 401)]
    logins += [("pending", PASSWORD, 403), ("pending", "wrong", 401)]
    for name, password, status in logins:
        with counted(api) as work:
            assert api.log_in(name, password).status_code == status
        assert work.hashes == 1, (name, password)


def test_asking_for_the_mail_again_is_the_same_work_for_everybody(api: Api, counted: Any) -> None:
    api.user("ada")
    api.sign_up("eve")
    work = []
    for _ in range(2):  # outside the cool-down, then within
        for name in ("ada", "eve", "nobody"):
            with counted(api) as each:
                api.client.post("/api/auth/resend-confirmation", json={"email": f"{name}@example.com"})
            work.append(each)
    assert work[0] == work[1] == work[2]
    assert work[3] == work[4] == work[5]
    assert work[0].hashes == 0


def test_a_wrong_code_is_the_same_work_for_everybody(api: Api, counted: Any) -> None:
    api.user("ada")
    api.sign_up("eve")
    api.mails()
    work = []
    for name in ("ada", "eve", "nobody"):
        with counted(api) as each:
            body = {"email": f"{name}@example.com", "code": "000000"}
            assert api.client.post("/api/auth/confirm", json=body).status_code == 404
        work.append(each)
    # The first try of a client makes the row that counts it.
    assert _shapes(work[1]) == _shapes(work[2])
    assert len(work[0].statements) >= len(work[1].statements)


def _shapes(work: Work) -> list[str]:
    """Return the statements, however many ids are in their lists."""
    return [each.split(" IN (")[0] for each in work.statements]


def _forget_cooldowns(api: Api) -> None:
    with api.resources.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM throttles")

"""What is asked about an account is as much work whether or not there is one: hashes and queries are counted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, select, update

from auth.models import User
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.guessing import GUESS, HOME, log_in, unhurried


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations of argon2, as they happen."""
    done: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(PasswordHasher, name)

        def counted(*args: Any, _real: Any = real, _name: str = name, **kwargs: Any) -> Any:
            done.append(_name)
            return _real(*args, **kwargs)

        monkeypatch.setattr(PasswordHasher, name, counted)
    return done


def test_a_login_is_one_hash_and_the_same_queries_whomever_it_names(api: Api, hashed: list[str]) -> None:
    ada = api.user("ada")
    api.user("bob")
    with api.resources.database.writing() as session:
        disabled = select(User.id).where(User.username == "bob").scalar_subquery()
        session.execute(update(User).where(User.id == disabled).values(disabled_at=datetime.now(UTC)))
        session.commit()
    api.sign_up("eve")
    assert ada["user"]["username"] == "ada"
    engine = api.client.application.extensions["auth"].database.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    seen = {}
    log_in(api, "another", at=HOME)
    for kind in ("", "@example.com"):
        for name in ("ada", "bob", "eve", "nobody"):
            hashed.clear()
            statements.clear()
            assert log_in(api, name + kind, at=HOME).status_code == 401
            assert hashed == ["verify"]
            seen[name] = list(statements)
        assert seen["ada"] == seen["bob"] == seen["eve"] == seen["nobody"]
    for name, code in (("bob", "account_disabled"), ("eve", "email_not_confirmed")):
        hashed.clear()
        assert log_in(api, name, PASSWORD, HOME).get_json()["code"] == code
        assert hashed == ["verify"]


def test_a_reset_is_one_hash_whoever_has_the_address_and_forgot_is_none(api: Api, hashed: list[str]) -> None:
    api.user("ada")
    engine = api.client.application.extensions["auth"].database.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for email in ("ada@example.com", "nobody@example.com"):
        hashed.clear()
        statements.clear()
        assert api.client.post("/api/auth/password/forgot", json={"email": email}).status_code == 202
        assert hashed == []
        assert not [each for each in statements if "users" in each]
        body = {"email": email, "code": "123456", "password": "an even better horse"}
        assert api.client.post("/api/auth/password/reset", json=body).status_code == 404
        assert hashed == ["hash"]
    hashed.clear()
    body = {"token": "qp1.a.b.c.d", "password": "an even better horse"}
    assert api.client.post("/api/auth/password/reset", json=body).status_code == 404
    assert hashed == ["hash"]


def test_a_change_verifies_the_old_password_and_hashes_the_new_one(api: Api, hashed: list[str]) -> None:
    headers = bearer(api.user("ada")["access_token"])
    for current, done in ((GUESS, ["verify"]), (PASSWORD, ["verify", "hash"])):
        hashed.clear()
        body = {"current_password": current, "password": "an even better horse"}
        api.client.post("/api/auth/password/change", json=body, headers=headers)
        assert hashed == done

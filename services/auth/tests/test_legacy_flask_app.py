"""flask-app's clients: they compare texts, and have no e-mail."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from auth.models import User
from services.auth.tests.api import Api
from services.auth.tests.older_clients import log_in, register, told

MakeApi = Callable[..., Api]

REGISTERED = {"message": "User registered successfully"}
KNOWN = {"message": "User registered already, Please login"}
FAILED = {"message": "Authentication failed"}


def test_without_an_e_mail_one_registers_under_the_policy_off(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="off")
    answers = [register(api, "flask-app") for _ in range(2)]
    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, REGISTERED), (200, KNOWN)]
    answer = log_in(api, "flask-app")
    assert told(answer) == (200, ["token"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert api.me(answer.get_json()["token"]).status_code == 200


@pytest.mark.parametrize("policy", ["optional", "required"])
def test_under_the_other_policies_an_e_mail_is_needed(make_api: MakeApi, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    assert told(register(api, "flask-app")) == (400, ["message"])
    assert told(register(api, "flask-app", email=None)) == (400, ["message"])
    answer = register(api, "flask-app", email="ada@example.com")
    assert (answer.status_code, answer.get_json()) == (200, REGISTERED)
    if policy == "required":
        answer = log_in(api, "flask-app")
        assert (answer.status_code, answer.get_json()) == (401, FAILED)
        assert api.confirm(api.confirmation_token()).status_code == 200
    assert log_in(api, "flask-app").status_code == 200


def test_a_known_e_mail_is_told_where_signing_up_tells_it(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="optional")
    for username, text in (("ada", REGISTERED), ("eve", KNOWN)):
        answer = register(api, "flask-app", username=username, email="ada@example.com")
        assert (answer.status_code, answer.get_json()) == (200, text)


def test_every_login_that_fails_is_told_alike(api: Api) -> None:
    api.user("ada")
    wrong, unknown = log_in(api, "flask-app", password="not the password"), log_in(api, "flask-app", username="eve")
    with api.resources.database.writing() as session:
        session.execute(update(User).values(disabled_at=datetime.now(UTC)))
        session.commit()
    for answer in (wrong, unknown, log_in(api, "flask-app")):
        assert (answer.status_code, answer.get_json()) == (401, FAILED)


@pytest.mark.parametrize("body", [{"password": None}, {"username": 7}, {"username": "", "password": ""}])
def test_a_login_that_lacks_something_is_a_400(api: Api, body: dict[str, object]) -> None:
    assert told(log_in(api, "flask-app", **body)) == (400, ["message"])


def test_the_rules_for_names_and_passwords_are_those_of_today(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="off")
    for body in ({"password": "short"}, {"password": "password"}, {"username": "admin"}, {"username": "a" * 300}):
        assert told(register(api, "flask-app", **body)) == (400, ["message"])

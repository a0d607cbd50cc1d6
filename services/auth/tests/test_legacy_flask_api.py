"""flask-api's clients: a login that gives one token."""

import pytest

from services.auth.tests.api import Api
from services.auth.tests.older_clients import log_in, told


def test_a_login_gives_an_access_token(api: Api) -> None:
    api.user("ada")
    answer = log_in(api, "flask-api")
    assert told(answer) == (200, ["token"])
    assert answer.headers["Link"] == '</api/auth/login>; rel="successor-version"'
    assert api.me(answer.get_json()["token"]).status_code == 200


def test_an_unknown_user_and_a_wrong_password_answer_alike(api: Api) -> None:
    api.user("ada")
    wrong, unknown = log_in(api, "flask-api", password="not the password"), log_in(api, "flask-api", username="eve")
    assert (wrong.status_code, wrong.data) == (unknown.status_code, unknown.data)
    assert told(wrong) == (401, ["message"])


def test_who_has_not_confirmed_cannot_log_in(api: Api) -> None:
    api.sign_up("ada")
    assert told(log_in(api, "flask-api")) == (401, ["message"])


@pytest.mark.parametrize("body", [{"password": None}, {"username": ["ada"]}])
def test_a_login_that_lacks_something_is_a_400(api: Api, body: dict[str, object]) -> None:
    assert told(log_in(api, "flask-api", **body)) == (400, ["message"])

"""Guessing passwords is slowed down, people are not, and neither tells who has an account."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from auth import create_app
from auth.use_cases.passwords import MAILS, MAILS_OF_CLIENT
from quartet.testing import INTERNAL_SECRET
from services.auth.tests.api import PASSWORD, Api, bearer, text_of
from services.auth.tests.guessing import CAFE, GUESS, HOME, guesses, log_in, unhurried

MakeApi = Callable[..., Api]


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


def addresses() -> Iterator[str]:
    return (f"192.0.2.{number}" for number in range(1, 255))


@pytest.mark.parametrize("name", ["ada", "ada@example.com", "nobody", "nobody@example.com"])
def test_guesses_for_a_name_are_slowed_down_alike_whether_or_not_there_is_one(api: Api, name: str) -> None:
    api.user("ada")
    assert guesses(api, name) == 5
    assert log_in(api, name, PASSWORD).status_code == 429, "also with the right password, or it would tell"


def test_a_name_and_its_email_are_counted_apart(api: Api) -> None:
    api.user("ada")
    assert guesses(api, "ada") == guesses(api, "ada@example.com") == 5
    assert guesses(api, " ADA ") == 0


def test_a_client_is_slowed_down_over_all_names(api: Api) -> None:
    taken = [log_in(api, f"name-{number}").status_code for number in range(22)]
    assert taken == [401] * 20 + [429] * 2
    assert log_in(api, at=HOME).status_code == 401


def test_an_ipv6_client_has_a_whole_network(api: Api) -> None:
    taken = [log_in(api, f"name-{number}", at=f"2001:db8:1:2::{number:x}").status_code for number in range(21)]
    assert taken == [401] * 20 + [429]
    assert log_in(api, at="2001:db8:1:3::1").status_code == 401


def test_logging_in_to_an_account_of_ones_own_wins_no_guesses(api: Api) -> None:
    api.user("eve")
    taken = []
    for number in range(25):
        assert log_in(api, "eve", PASSWORD, CAFE).status_code in (200, 429)
        taken.append(log_in(api, f"name-{number}").status_code)
    assert taken == [401] * 20 + [429] * 5


def test_right_passwords_are_never_slowed_down(api: Api) -> None:
    api.user("ada")
    assert {log_in(api, "ada", PASSWORD).status_code for _ in range(30)} == {200}


def test_a_right_password_forgets_the_slips_before_it(api: Api) -> None:
    api.user("ada")
    for _ in range(3):
        for _ in range(4):
            assert log_in(api).status_code == 401
        assert log_in(api, "ada", PASSWORD).status_code == 200


def test_guesses_from_many_addresses_are_slowed_down_and_the_owner_at_home_is_not(api: Api) -> None:
    api.user("ada")
    assert log_in(api, "ada", PASSWORD, HOME).status_code == 200
    assert guesses(api, "ada", addresses()) == 50
    assert log_in(api, "ada", PASSWORD, CAFE).status_code == 429
    assert log_in(api, "ada", PASSWORD, HOME).status_code == 200
    assert log_in(api, "ada", GUESS, HOME).status_code == 401


def test_whoever_resets_the_password_may_log_in_there_whatever_strangers_try(api: Api) -> None:
    api.user("ada")
    guesses(api, "ada", addresses())
    guesses(api, "ada@example.com", at=CAFE)
    api.client.post("/api/auth/password/forgot", json={"email": "ada@example.com"})
    token = text_of(api.mails()[-1]).partition("reset?token=")[2].split()[0]
    body = {"token": token, "password": "an even better horse"}
    headers = {"X-Forwarded-For": CAFE}
    assert api.client.post("/api/auth/password/reset", json=body, headers=headers).status_code == 204
    for name in ("ada", "ada@example.com"):
        assert log_in(api, name, body["password"], CAFE).status_code == 200


def test_what_a_client_says_of_its_address_counts_for_nothing(make_api: MakeApi) -> None:
    api = make_api(gateway_networks=("10.0.0.0/8",))
    assert guesses(api, "ada", addresses()) == 5


def test_workers_and_replicas_count_together(api: Api) -> None:
    another = create_app(api.resources.settings).test_client()
    for number in range(5):
        client = another if number % 2 else api.client
        body = {"username": "ada", "password": GUESS}
        assert client.post("/api/auth/login", json=body, headers={"X-Forwarded-For": CAFE}).status_code == 401
    for client in (another, api.client):
        body = {"username": "ada", "password": PASSWORD}
        assert client.post("/api/auth/login", json=body, headers={"X-Forwarded-For": CAFE}).status_code == 429


def test_passwords_codes_and_resets_are_counted_apart(api: Api) -> None:
    api.user("ada")
    guesses(api, "ada@example.com")
    email = {"email": "ada@example.com", "code": "123456"}
    headers = {"X-Forwarded-For": CAFE}
    for path, body in (("confirm", email), ("password/reset", email | {"password": PASSWORD})):
        answers = [api.client.post(f"/api/auth/{path}", json=body, headers=headers).status_code for _ in range(6)]
        assert answers == [404] * 5 + [429]
    assert api.client.post("/api/auth/password/forgot", json={"email": "ada@example.com"}).status_code == 202


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_asking_for_mails_is_slowed_down_alike_whoever_has_the_address(api: Api, email: str) -> None:
    api.user("ada")
    asked = [api.client.post("/api/auth/password/forgot", json={"email": email}).status_code for _ in range(7)]
    assert asked == [202] * MAILS.free + [429] * 2
    others = [
        api.client.post("/api/auth/password/forgot", json={"email": f"n{number}@example.com"}).status_code
        for number in range(20)
    ]
    assert others.count(202) == MAILS_OF_CLIENT.free - MAILS.free


def test_where_all_slots_are_taken_a_login_is_refused_at_once_and_all_else_goes_on(make_api: MakeApi) -> None:
    api = make_api(hash_slots=2)
    login = api.user("ada")
    passwords = api.client.application.extensions["auth"].passwords
    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(passwords.slot())
        for _ in range(30):
            refused = log_in(api, "ada", PASSWORD)
            assert (refused.status_code, refused.get_json()["code"]) == (503, "busy")
            assert refused.headers["Retry-After"] == "1"
        assert api.client.post("/api/auth/logout", headers=bearer(login["access_token"])).status_code == 204
        assert [event["type"] for event in api.events()] == ["session.revoked"]
        assert api.client.get("/internal/feed", headers=bearer(INTERNAL_SECRET)).status_code == 200
    assert log_in(api, "ada", PASSWORD).status_code == 200, "a try that found no slot is not counted"

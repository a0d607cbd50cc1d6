"""Which names and addresses are one: case does not count, accents do."""

from unicodedata import normalize

import pytest

from auth.resources import Resources
from auth.use_cases.identities import key_of
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.names import PAIRS, are_one


@pytest.mark.parametrize(("first", "second", "one"), PAIRS)
def test_names_are_one_by_case_but_not_by_accent(auth: Resources, first: str, second: str, one: bool) -> None:
    assert are_one(auth, first, second) == are_one(auth, second, first) == one


def test_every_character_has_a_key_that_fits_and_is_its_own_key() -> None:
    for number in (*range(0xD800), *range(0xE000, 0x110000)):
        text = normalize("NFC", f"x{chr(number)}x")
        key = key_of(text)
        assert key_of(key) == key
        assert len(key) <= len(text.encode())


@pytest.mark.parametrize("name", ["rené", "straße", "dıyarbakır", "ａｎｎａ", "anna😀", "anna ", "аnna"])
def test_a_user_name_has_plain_letters_only(api: Api, name: str) -> None:
    answer = api.sign_up(name, "anna@example.com")
    assert [error["field"] for error in answer.get_json()["errors"]] == ["username"]


def test_a_space_that_slipped_in_at_login_does_not_matter(api: Api) -> None:
    api.user("ada")
    assert api.log_in(" ada ").status_code == 200
    login = {"email": "ada@example.com ", "password": PASSWORD}
    assert api.client.post("/api/auth/login", json=login).status_code == 200


def test_the_notice_goes_to_the_address_that_has_the_account(api: Api) -> None:
    api.sign_up("ada", "Strasse@example.com")
    api.confirm(api.confirmation_token())
    api.sign_up("eve", "straße@example.com")
    assert [mail["To"] for mail in api.mails()] == ["Strasse@example.com"]

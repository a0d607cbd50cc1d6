"""Which names there may be, and which names and addresses are one: case does not count, accents do."""

import sys
from pathlib import Path
from unicodedata import category, is_normalized

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from auth import usernames
from auth.callers import COMMAND_LINE
from auth.cli import main
from auth.resources import Resources
from auth.use_cases import accounts
from auth.use_cases.identities import key_of
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.names import ADDRESSES, BAD, GOOD, NAMES, AreOne, are_one_address, are_one_name

PAIRS = [(are_one_name, *pair) for pair in NAMES] + [(are_one_address, *pair) for pair in ADDRESSES]
KEY_COLUMN = 64
CHARACTERS = [chr(number) for number in range(sys.maxunicode + 1) if category(chr(number)) not in {"Cn", "Co", "Cs"}]
CHANGED = [character for character in CHARACTERS if key_of(character) != character]
MARKS = "\u0300\u0301\u0307\u0308\u0323\u0327\u0345\u0e32\u0e4d\u3099\u1161\u11a8"


@pytest.mark.parametrize(("are_one", "first", "second", "one"), PAIRS)
def test_names_are_one_by_case_but_not_by_accent(
    auth: Resources, are_one: AreOne, first: str, second: str, one: bool
) -> None:
    assert are_one(auth, first, second) == are_one(auth, second, first) == one


def test_every_character_has_a_key_that_is_its_own_key() -> None:
    for text in (*CHARACTERS, *(character + mark for character in CHANGED for mark in MARKS)):
        assert key_of(key_of(text)) == key_of(text)


@given(st.text(max_size=40))
def test_every_text_has_a_key_that_is_its_own_key(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)


def test_a_name_or_an_address_of_ascii_keeps_the_key_that_it_always_had() -> None:
    for text in (
        "Ada",
        "a.d-a_1",
        "Ada@Example.com",
        "o'Neil+tag@X.example",
        "x" * 70 + "@Example.com",
        "Not@An Address",
    ):
        assert key_of(text) == text.lower()


@pytest.mark.parametrize(("name", "shown"), GOOD.items())
def test_a_name_may_be_of_any_script_and_is_shown_composed_and_with_its_case(name: str, shown: str) -> None:
    assert usernames.read(name) == usernames.read(shown) == shown
    assert is_normalized("NFC", shown)


@pytest.mark.parametrize(("words", "names"), BAD.items())
def test_a_name_that_breaks_a_rule_is_told_which(api: Api, words: str, names: list[str]) -> None:
    for name in names:
        answer = api.sign_up(name, "ada@example.com")
        assert answer.status_code == 422, ascii(name)
        ((field, message),) = [(error["field"], error["message"]) for error in answer.get_json()["errors"]]
        assert field == "username"
        assert words in message, ascii(name)


def test_no_character_of_a_name_has_a_key_of_more_than_two() -> None:
    """So a name of 32 has a key that fits its column; the characters of a name are tried with marks that join them."""
    allowed = [character for character in CHANGED if may_be(f"xx{character}") or may_be(character * usernames.SHORTEST)]
    assert len(allowed) > 1000
    for text in (*allowed, *(character + mark for character in allowed for mark in MARKS)):
        assert len(key_of(text)) <= KEY_COLUMN // usernames.LONGEST * len(text)


LONGEST = ["a", "ß", "İ", "ᾷ", "é", "山", "คำ", "\U0001e922"]


@pytest.mark.parametrize("letters", LONGEST)
def test_the_longest_name_fits_its_columns_and_an_access_token(api: Api, letters: str) -> None:
    times = min(usernames.LONGEST // len(letters), usernames.MOST_BYTES // len(letters.encode()))
    name = letters * times
    assert api.sign_up(name, "ada@example.com").status_code == 202
    assert api.confirm(api.confirmation_token()).get_json()["user"]["username"] == name
    token = api.log_in(name).get_json()["access_token"]
    assert len(token) <= 1024
    assert api.me(token).get_json()["username"] == name
    assert len(key_of(name)) <= KEY_COLUMN
    assert not may_be(name + letters)


def test_who_signs_up_decomposed_and_in_full_width_logs_in_either_way(api: Api) -> None:
    assert api.sign_up("Ｒｅｎｅ\u0301", "rene@example.com").get_json()["username"] == "René"
    api.confirm(api.confirmation_token())
    for name in ("René", "RENÉ", "rene\u0301", " ｒｅｎé"):
        assert api.log_in(name).get_json()["user"]["username"] == "René"
    assert api.log_in("rene").status_code == 401
    assert api.sign_up("ｒｅｎé", "eve@example.com").get_json()["code"] == "username_taken"


def test_what_the_public_may_not_be_called_the_command_line_may(api: Api) -> None:
    accounts.create_admin(api.resources, COMMAND_LINE, "admin", PASSWORD)
    assert api.log_in("admin").status_code == 200
    assert api.sign_up("ADMIN", "eve@example.com").status_code == 422


def test_the_command_line_keeps_to_the_other_rules(tmp_path: Path) -> None:
    file = tmp_path / "password"
    ran = CliRunner().invoke(main, ["create-admin", "--username", "a da", "--password-file", str(file)])
    assert ran.exit_code == 2
    assert "A user name has no spaces" in ran.output
    assert not file.exists()


def test_a_space_that_slipped_in_at_login_does_not_matter(api: Api) -> None:
    api.user("ada")
    assert api.log_in(" ada ").status_code == 200
    login = {"email": "ada@example.com ", "password": PASSWORD}
    assert api.client.post("/api/auth/login", json=login).status_code == 200


def test_mail_goes_to_the_ascii_form_of_a_domain_and_login_takes_both(api: Api) -> None:
    assert api.sign_up("ada", "Ada@Bücher.example").get_json()["email"] == "Ada@xn--bcher-kva.example"
    assert [mail["To"] for mail in api.mails()] == ["Ada@xn--bcher-kva.example"]
    for email in ("ada@bücher.example", "ada@XN--bcher-kva.example"):
        login = {"email": email, "password": PASSWORD}
        assert api.client.post("/api/auth/login", json=login).get_json()["code"] == "email_not_confirmed"


def may_be(name: str) -> bool:
    try:
        return usernames.read(name) == name
    except ValueError:
        return False

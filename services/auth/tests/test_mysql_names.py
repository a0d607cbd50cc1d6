"""Names and addresses compare on MySQL as they do on SQLite, and the longest fit."""

import pytest

from auth.use_cases import sign_ups
from services.auth.tests.api import PASSWORD
from services.auth.tests.names import PAIRS, are_one
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers


def test_names_are_one_by_case_but_not_by_accent(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        answers = [(first, second, are_one(auth, first, second)) for first, second, _ in PAIRS]
        assert answers == PAIRS
        assert [are_one(auth, second, first) for first, second, _ in PAIRS] == [one for _, _, one in PAIRS]


@pytest.mark.parametrize("letter", ["ΐ", "ß", "ŉ", "ﬃ", "a"])
def test_the_key_of_the_longest_address_fits(mysql_site: Site, letter: str) -> None:
    email = letter * ((254 - len("@d.example")) // len(letter.encode())) + "@d.example"
    with mysql_site.opened() as auth:
        user = sign_ups.sign_up(auth, "ada", email, PASSWORD)
        assert user.email == email

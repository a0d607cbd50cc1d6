"""Names and addresses compare on MySQL as they do on SQLite, and the longest fit."""

from datetime import UTC, datetime

import pytest

from auth import repository, usernames
from auth.resources import Resources
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of
from services.auth.tests.names import ADDRESSES, GOOD, NAMES, AreOne, are_one_address, are_one_name
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

LONGEST = [letter * usernames.LONGEST for letter in "ßİᾷ山"] + ["\U0001e922" * (usernames.MOST_BYTES // 4)]


@pytest.mark.parametrize(("are_one", "pairs"), [(are_one_name, NAMES), (are_one_address, ADDRESSES)])
def test_names_are_one_by_case_but_not_by_accent(
    mysql_site: Site, are_one: AreOne, pairs: list[tuple[str, str, bool]]
) -> None:
    with mysql_site.opened() as auth:
        assert [(first, second, are_one(auth, first, second)) for first, second, _ in pairs] == pairs
        assert [are_one(auth, second, first) for first, second, _ in pairs] == [one for _, _, one in pairs]


def test_names_of_every_script_and_the_longest_come_back_as_they_went_in(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        assert [stored(auth, name) for name in (*GOOD.values(), *LONGEST)] == [*GOOD.values(), *LONGEST]


def test_the_longest_address_fits(mysql_site: Site) -> None:
    local, domain = "a" * 64, ".".join([*("b" * 63 for _ in range(2)), "b" * 53, "example"])
    address = f"{local}@{domain}"
    assert len(address) == 254
    with mysql_site.opened() as auth:
        assert are_one_address(auth, address, address.upper())


def stored(auth: Resources, name: str) -> str | None:
    """Return the name as the database gives it back."""
    with auth.database.writing() as session:
        repository.users.add(session, new_user(name, None, "hash", datetime.now(UTC)))
        session.expire_all()
        user = repository.users.by_username(session, key_of(name))
        return user.username if user else None

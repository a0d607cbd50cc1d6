"""Pairs of names, and whether they are one."""

from datetime import UTC, datetime

from auth import repository
from auth.resources import Resources
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of

PAIRS = [
    ("Anna", "ANNA", True),
    ("anna", "anna ", True),
    ("anna", "\tanna", True),
    ("anna", "an na", False),
    ("rene", "rené", False),
    ("ren\u00e9", "rene\u0301", True),
    ("RENÉ", "rene\u0301", True),
    ("ΐ", "\u03b9\u0308\u0301", True),
    ("strasse", "straße", True),
    ("STRASSE", "STRAẞE", True),
    ("strase", "straße", False),
    ("diyarbakir", "dıyarbakır", False),
    ("izmir", "IZMIR", True),
    ("izmir", "İzmir", False),
    ("İzmir", "i\u0307zmir", True),
    ("σίσυφος", "ΣΊΣΥΦΟΣ", True),
    ("anna", "ａｎｎａ", False),
    ("ａｎｎａ", "ＡＮＮＡ", True),
    ("ﬁona", "FIONA", True),
    ("kelvin", "\u212aelvin", True),
    ("anna", "аnna", False),  # its first letter is Cyrillic
    ("anna😀", "ANNA😀", True),
    ("anna😀", "anna😁", False),
    ("anna", "anna\u200b", False),
    ("オオ", "おお", False),
    ("o", "ø", False),
    ("ae", "æ", False),
]


def are_one(auth: Resources, first: str, second: str) -> bool:
    """Tell whether the name and the address of a user who has the first lead to that user when given as the second."""
    with auth.database.writing() as session:
        user = new_user(first, _address(first), "hash", datetime.now(UTC))
        user.owned_email_key = user.email_key
        repository.users.add(session, user)
        by_name = repository.users.by_username(session, key_of(second))
        by_address = repository.users.owner_of_email(session, key_of(_address(second)))
    assert (by_name is None) == (by_address is None)
    return by_name is not None


def _address(name: str) -> str:
    """Return an address with the spaces around it that the name has."""
    return name.replace(name.strip(), f"{name.strip()}@example.com")

"""The Idempotency-Key header: one spelling, one key; what is no key is refused by name."""

import pytest
from flask import Flask

from quartet.errors import InvalidInput
from quartet.idempotency import LONGEST, fingerprint, idempotency_key


def key_of(*values: str) -> str | None:
    with Flask("test").test_request_context(headers=[("Idempotency-Key", value) for value in values]):
        return idempotency_key()


def test_without_the_header_there_is_no_key() -> None:
    assert key_of() is None


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("8e03978e-40d5", "8e03978e-40d5"),
        ('"8e03978e-40d5"', "8e03978e-40d5"),
        (' "with a space" ', "with a space"),
        (r'"a \"quoted\" \\ key"', r'a "quoted" \ key'),
        ("!#+-[]~", "!#+-[]~"),
        ('"a, b"', "a, b"),
        ("k" * LONGEST, "k" * LONGEST),
    ],
)
def test_a_key_may_be_quoted_or_bare(sent: str, key: str) -> None:
    assert key_of(sent) == key


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        '""',
        '"open',
        'open"',
        "two words",
        "a\\b",
        "one,two",
        '"one","two"',
        "k" * (LONGEST + 1),
        "schlüssel",
        '"a\tb"',
        r'"\a"',
        '"a";b=1',
    ],
)
def test_what_is_no_key_is_refused(sent: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        key_of(sent)
    assert refused.value.errors[0].field == "Idempotency-Key"
    assert sent.strip() == "" or sent not in refused.value.errors[0].message


@pytest.mark.parametrize("joint", [",", ", "])
@pytest.mark.parametrize("key", ["one", '"one"'])
def test_two_keys_are_refused_as_servers_join_them(key: str, joint: str) -> None:
    with pytest.raises(InvalidInput):
        key_of(joint.join((key, key)))


def test_no_part_of_a_fingerprint_runs_into_the_next() -> None:
    assert fingerprint("ab", "c") == fingerprint(b"ab", b"c")
    assert len({fingerprint("ab", "c"), fingerprint("a", "bc"), fingerprint("abc"), fingerprint("abc", "")}) == 4

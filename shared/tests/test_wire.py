"""Numbers in JSON, to the last digit."""

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from quartet.wire import ExactJSON, read_json

WIRE = ExactJSON(Flask("wire"))


@given(value=st.decimals(min_value=0, max_value=10**15, places=4))
def test_a_decimal_goes_out_and_comes_back_as_it_was(value: Decimal) -> None:
    assert WIRE.loads(WIRE.dumps({"price": value})) == {"price": value}


@pytest.mark.parametrize("text", ["1998.99", "0.1", "123456789012345.6789", "1998.9999"])
def test_digits_are_written_as_they_are(text: str) -> None:
    assert WIRE.dumps(Decimal(text)) == text


def test_a_number_that_is_none_is_not_written() -> None:
    with pytest.raises(TypeError):
        WIRE.dumps(Decimal("NaN"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "JSON"),
        ("-Infinity", "JSON"),
        ('{"a": 1, "a": 1}', "twice"),
        ('{"a": {"b": 1, "b": 2}}', "twice"),
        ("[" * 100_000, "deeply"),
        ("1e9999999999999999999", "exponent"),
        ("1e-9999999999999999999", "exponent"),
        ("1" * 5000, "digits"),
        (b'"\xff"', "utf-8"),
        ('"a"'.encode("utf-16"), "utf-8"),
        ('"a"'.encode("utf-32"), "utf-8"),
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_json(text)

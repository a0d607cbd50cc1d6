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


@pytest.mark.parametrize("text", ["NaN", "-Infinity", '{"a": 1, "a": 1}', '{"a": {"b": 1, "b": 2}}', "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="JSON|twice|deeply"):  # noqa: RUF043
        read_json(text)

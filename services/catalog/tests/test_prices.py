"""Whatever number a seller writes: it comes back digit for digit, or is refused by name."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog.tests.prices import DIGITS, returned, spellings
from services.catalog.tests.seller import Seller

lasting = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("currency", DIGITS)
@lasting
@given(data=st.data())
def test_a_price_comes_back_digit_for_digit(ada: Seller, currency: str, data: st.DataObject) -> None:
    spelled, plain = data.draw(spellings(DIGITS[currency]))
    assert Decimal(spelled) == Decimal(plain)
    assert returned(ada, currency, spelled) == [plain] * 4


@pytest.mark.parametrize("currency", DIGITS)
@lasting
@given(data=st.data())
def test_digits_that_the_currency_does_not_have_cannot_hide(ada: Seller, currency: str, data: st.DataObject) -> None:
    spelled, _ = data.draw(st.integers(1, 30).flatmap(lambda extra: spellings(DIGITS[currency], extra)))
    answer = ada.post_text(f'{{"name": "Teapot", "currency": "{currency}", "price": {spelled}}}')
    assert (answer.status_code, [error["field"] for error in answer.get_json()["errors"]]) == (422, ["price"])


@lasting
@given(cents=st.integers(0, 10**17 - 1))
def test_who_reads_a_price_as_a_float_has_the_float_of_that_price(ada: Seller, cents: int) -> None:
    price = Decimal(cents).scaleb(-2, None)
    (text, *_) = returned(ada, "USD", f"{price:f}")
    assert float(text) == float(price)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("1E2", "100"),
        ("1998.99", "1998.99"),
        ("1999", "1999"),
        ("0.07", "0.07"),
        ("999999999999999.99", "999999999999999.99"),
        ("-0e-0", "0"),
        ("-0.00", "0"),
        ("0e999999999", "0"),
        ("0." + "0" * 5000, "0"),
        ("1" + "0" * 5000 + "e-5000", None),  # more digits than Python makes an integer of: a fraction is none
    ],
)
def test_numbers_that_others_get_wrong(ada: Seller, price: str, expected: str | None) -> None:
    assert set(returned(ada, "USD", price)) == {expected or "1"}


@pytest.mark.parametrize(
    ("price", "status"),
    [
        ("1e400", 422),
        ("1e999999999", 422),
        ("1e-999999999", 422),
        ("-1e-999999999", 422),
        ("1e99999999999999999999", 400),
        ("9" * 4000, 422),
        ("9" * 5000, 400),
        ("1000000000000000", 422),
        ("01", 400),
        (".5", 400),
        ("1.", 400),
        ("+1", 400),
        ("0x10", 400),
        ("1_000", 400),
        ("１", 400),
        ("nan", 400),
        ("-NaN", 400),
    ],
)
@pytest.mark.parametrize("way", [Seller.post_text, lambda ada, text: ada.patch(1, text)])
def test_numbers_that_are_none(ada: Seller, price: str, status: int, way: Callable[[Seller, str], object]) -> None:
    ada.create()
    answer = way(ada, f'{{"name": "Teapot", "price": {price}}}')
    assert answer.status_code == status  # type: ignore[attr-defined]

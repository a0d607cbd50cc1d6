"""Prices as JSON may write them, and as they come back."""

import re
from decimal import Decimal

from hypothesis import strategies as st

from services.catalog.tests.seller import Seller

DIGITS = {"JPY": 0, "USD": 2, "KWD": 3, "CLF": 4}
MOST = 15  # before the point


@st.composite
def spellings(draw: st.DrawFn, digits: int, extra: int = 0) -> tuple[str, str]:
    """A number with at most `digits` after the point, `extra` more that are no zeros, in one of its JSON spellings.

    Returns:
        The spelling, and the plain one.
    """
    whole = draw(st.integers(0, 10**MOST - 1))
    fraction = draw(st.text("0123456789", max_size=digits)) if not extra else "0" * digits
    fraction += draw(st.text("0123456789", min_size=extra - 1, max_size=extra - 1)) if extra else ""
    fraction += draw(st.sampled_from("123456789")) if extra else ""
    number = Decimal(f"{whole}.{fraction}" if fraction else str(whole))
    return _spelled(draw, whole, fraction), plain(number)


def plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spelled(draw: st.DrawFn, whole: int, fraction: str) -> str:
    """The same number with zeros at its end, or with an exponent that puts the point elsewhere."""
    fraction += "0" * draw(st.integers(0, 30))
    shift = draw(st.integers(-25, 25))
    digits = str(whole) + fraction
    point = len(str(whole)) + shift
    if point <= 0:
        before, after = "0", "0" * -point + digits
    else:
        before, after = digits[:point].ljust(point, "0").lstrip("0") or "0", digits[point:]
    exponent = f"{draw(st.sampled_from('eE'))}{-shift}" if shift else ""
    return f"{before}.{after}{exponent}" if after else f"{before}{exponent}"


def shown(text: str) -> str:
    """The price in an answer, as it stands there."""
    found = re.search(r'"price":([^,}]+)', text)
    assert found, text
    return found[1]


def returned(seller: Seller, currency: str, price: str) -> list[str]:
    """Offer something at a price, then change it to 0 and back; return the price in each of the answers."""
    made = seller.post_text(f'{{"name": "Teapot", "currency": "{currency}", "price": {price}}}')
    assert made.status_code == 201, made.text
    product_id = made.get_json()["id"]
    read = seller.show(product_id)
    seller.patch(product_id, {"price": 0})
    changed = seller.patch(product_id, f'{{"price": {price}}}')
    return [shown(answer.text) for answer in (made, read, changed, seller.show(product_id))]

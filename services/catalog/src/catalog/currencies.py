"""ISO 4217: which currencies there are, and how many digits an amount has after the point."""

from decimal import Decimal

from iso4217 import Currency

from quartet.errors import FieldError, InvalidInput

CODES = sorted(each.code for each in Currency if each.exponent is not None)
"""The currencies that prices are made in; gold is none."""


def check_price(price: Decimal, currency: str) -> None:
    """Return when `price`, as `money.amount` made it, is one in `currency`.

    Raises:
        InvalidInput: naming `currency` where there is no such one that prices are made in (gold is none), `price`
            where it has more digits after the point than the currency knows.
    """
    try:
        digits = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:
        raise InvalidInput(FieldError("currency", "must be a currency of ISO 4217"))
    if -int(price.as_tuple().exponent) > digits:
        raise InvalidInput(FieldError("price", f"must not have more than {digits} digits after the point"))

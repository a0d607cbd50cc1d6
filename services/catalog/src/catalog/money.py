"""Exact money: which amounts there are, and how a database keeps them to the last digit."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, String, TypeDecorator

DIGITS = 19
FRACTION = 4
INTEGER = DIGITS - FRACTION
WIDTH = DIGITS + 1  # the digits and the point


def amount(value: object) -> Decimal:
    """Return a JSON number as an amount, without zeros at the end of its fraction.

    The digits are looked at, never calculated with: Decimal's arithmetic would round the 29th away.

    Raises:
        ValueError: for what is no number, not finite, negative, or does not fit DECIMAL(19,4).
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("must be a finite number")
    sign, digits, exponent = number.as_tuple()
    if not any(digits):
        return Decimal(0)
    if sign:
        raise ValueError("must not be negative")
    text = "".join(str(digit) for digit in digits)
    significant = text.rstrip("0")
    exponent = int(exponent) + len(text) - len(significant)
    if exponent < -FRACTION:
        raise ValueError(f"must not have more than {FRACTION} digits after the point")
    if number.adjusted() >= INTEGER:
        raise ValueError(f"must not have more than {INTEGER} digits before the point")
    return Decimal(f"{significant}E{exponent}")


class Amount(TypeDecorator[Decimal]):
    """DECIMAL(19,4) where there is one. SQLite would make a binary fraction of it: there it is text of a fixed width.

    Text of zeros, digits and a point orders as the amounts do.
    """

    impl = Numeric(DIGITS, FRACTION)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = String(WIDTH) if dialect.name == "sqlite" else Numeric(DIGITS, FRACTION)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return f"{value:0{WIDTH}.{FRACTION}f}" if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        del dialect
        return None if value is None else amount(Decimal(value))

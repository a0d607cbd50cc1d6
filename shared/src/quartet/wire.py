"""JSON as we read and write it: exact numbers, no duplicate members, times in UTC."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from flask.json.provider import JSONProvider


class ExactJSON(JSONProvider):
    """Reads fractions as Decimal and writes Decimal as a JSON number, digit for digit."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return write_json(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        # A NaN comes through, so that the answer can name the field that it is in.
        return read_json(s, constant=Decimal)


def write_json(value: Any) -> bytes:
    """Return one JSON text in UTF-8; TypeError for what JSON has no form for."""
    return orjson.dumps(value, default=_write, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def read_json(text: str | bytes, constant: Callable[[str], Any] = _refuse) -> Any:
    """Parse one JSON text, in UTF-8 if it is bytes; raises ValueError for duplicate members and what RFC 8259 forbids.

    Args:
        constant: what to make of NaN, Infinity and -Infinity.
    """
    if isinstance(text, bytes):
        text = text.decode()  # json.loads would guess UTF-16 and UTF-32
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=_distinct)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except InvalidOperation:
        raise ValueError("an exponent beyond all numbers") from None


def _write(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members

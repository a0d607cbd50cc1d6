"""JSON as we read and write it: exact numbers, no duplicate members, times in UTC."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from flask.json.provider import JSONProvider


class ExactJSON(JSONProvider):
    """Reads fractions as Decimal and writes Decimal as a JSON number, digit for digit."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj, default=_write, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        # A NaN comes through, so that the answer can name the field that it is in.
        return read_json(s, constant=Decimal)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def read_json(text: str | bytes, constant: Callable[[str], Any] = _refuse) -> Any:
    """Parse one JSON text; raises ValueError for duplicate members and for what RFC 8259 does not know.

    Args:
        constant: what to make of NaN, Infinity and -Infinity.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=_distinct)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _write(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members

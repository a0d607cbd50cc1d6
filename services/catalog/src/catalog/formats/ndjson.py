"""NDJSON: one JSON object a line."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from catalog.formats.entries import WHOLE, Content, Entry, offered
from catalog.formats.lines import lines
from quartet.errors import FieldError
from quartet.wire import read_json, write_json

WHITESPACE = b" \t\r\n"


def read(pieces: Iterable[bytes], longest: int) -> Iterator[Entry]:
    """Yield what each line says; raises ImportTooLarge."""
    for number, line in enumerate(lines(pieces, longest), start=1):
        text = line.strip(WHITESPACE)
        yield Entry(number, len(line), _content(text) if text else None)


def write(products: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a line for each product."""
    for product in products:
        yield write_json(product) + b"\n"


def _content(text: bytes) -> Content:
    try:
        value = read_json(text, constant=Decimal)
    except UnicodeDecodeError:
        return FieldError(WHOLE, "must be UTF-8")
    except ValueError:
        return FieldError(WHOLE, "must be JSON, without duplicate members")
    return offered(value) if isinstance(value, dict) else FieldError(WHOLE, "must be a JSON object")

"""NDJSON: one JSON object a line."""

from collections.abc import Iterator
from typing import BinaryIO

from auth.formats.entries import WHOLE, Content, Entry, lines
from quartet.errors import FieldError
from quartet.wire import read_json


def read(file: BinaryIO) -> Iterator[Entry]:
    """Yield what each line says, blank ones left out; raises BrokenFile."""
    for number, line in lines(file):
        if text := line.strip(b" \t\r\n"):
            yield Entry(number, _content(text))


def _content(text: bytes) -> Content:
    try:
        value = read_json(text)
    except UnicodeDecodeError:
        return FieldError(WHOLE, "must be UTF-8")
    except ValueError:
        return FieldError(WHOLE, "must be JSON, without duplicate members")
    return value if isinstance(value, dict) else FieldError(WHOLE, "must be a JSON object")

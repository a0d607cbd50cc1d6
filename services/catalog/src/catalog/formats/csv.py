"""CSV as RFC 4180 has it: a header, commas, quotes doubled within quotes, line breaks allowed there.

A spreadsheet takes a cell for a formula that begins with one of `=+-@`. So that an export may be opened in one, text
that begins so, be it behind apostrophes, is written with one apostrophe more, and read with one less: what comes back
is what was there. Text without the apostrophe is read as it is. That holds where a cell is one cell: a spreadsheet
must be told that commas alone separate.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from catalog.errors import ImportTooLarge
from catalog.formats.entries import SET_BY_US, WHOLE, Content, Entry, offered
from catalog.formats.lines import line_too_long, lines
from catalog.schemas.products import LONGEST_DESCRIPTION, LONGEST_NAME
from quartet.errors import FieldError, InvalidInput
from quartet.wire import read_json

NEEDED = ("name", "price")
OFFERED = (*NEEDED, "description", "currency")
COLUMNS = ("id", *OFFERED, "owner_id", "owner", "version", "created_at", "updated_at")
TEXTS = ("name", "description", "owner")
MOST_BREAKS = LONGEST_NAME + LONGEST_DESCRIPTION

FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
GUARDED = re.compile("'" + FORMULA.pattern)
OPENING = re.compile(rb'(?:^|,)"')
CLOSING = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')


def read(pieces: Iterable[bytes], longest: int) -> Iterator[Entry]:
    """Yield what each record says, told apart by the names in the header.

    Raises:
        ImportTooLarge: a record has more than `longest` bytes, or more line breaks than its texts can have.
        InvalidInput: the header lacks a column that is needed, or has one twice or one that is not known.
    """
    columns: list[str] | None = None
    for number, record in _records(pieces, longest):
        if columns is None:
            columns = _header(record)
        else:
            yield Entry(number, len(record), _content(record, columns))
    if columns is None:
        raise _broken_header("must be there")


def write(products: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the header, then a record for each product."""
    yield _record(COLUMNS)
    for product in products:
        yield _record([_cell(name, product[name]) for name in COLUMNS])


def _records(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[int, bytes]]:
    """Yield each record with the number of its first line; one ends at the line break that is not within quotes."""
    record: list[bytes] = []
    size, is_open = 0, False
    for number, line in enumerate(lines(pieces, longest), start=1):
        record.append(line)
        size += len(line)
        is_open = _ends_open(line, is_open)
        if not is_open:
            yield number - len(record) + 1, b"".join(record)
            record, size = [], 0
        elif size > longest:
            raise line_too_long(longest)
        elif len(record) > MOST_BREAKS:
            raise ImportTooLarge(f"A record may have at most {MOST_BREAKS} line breaks.")
    if is_open:
        yield number - len(record) + 1, b"".join(record)


def _ends_open(line: bytes, is_open: bool) -> bool:
    """Return whether a quoted cell is unfinished at the end of a line, that was so at its start or not."""
    at = 0 if b'"' in line else len(line)
    while found := CLOSING.match(line, at) if is_open else OPENING.search(line, at):
        at, is_open = found.end(), not is_open
    return is_open


def _header(record: bytes) -> list[str]:
    cells = _cells(record)
    if isinstance(cells, FieldError):
        raise _broken_header(cells.message)
    if len(set(cells)) < len(cells):
        raise _broken_header("must not have a column twice")
    if not set(cells) <= {*OFFERED, *SET_BY_US}:
        raise _broken_header(f"must have no other columns than {', '.join(OFFERED)}, and those of an export")
    if not set(cells) >= {*NEEDED}:
        raise _broken_header(f"must have the columns {' and '.join(NEEDED)}")
    return cells


def _broken_header(rule: str) -> InvalidInput:
    return InvalidInput(FieldError("header", rule))


def _content(record: bytes, columns: list[str]) -> Content:
    cells = _cells(record)
    if isinstance(cells, FieldError):
        return cells
    if not cells:
        return None
    if len(cells) != len(columns):
        return FieldError(WHOLE, f"must have {len(columns)} cells, as the header has")
    members = offered(dict(zip(columns, cells, strict=True)))
    for name in ("price", "currency"):
        if members.get(name) == "":
            del members[name]
    return {name: _value(name, cell) for name, cell in members.items()}


def _cells(record: bytes) -> list[str] | FieldError:
    try:
        return next(csv.reader([record.decode()], strict=True))
    except UnicodeDecodeError:
        return FieldError(WHOLE, "must be UTF-8")
    except csv.Error:
        return FieldError(
            WHOLE, "must be CSV: a quote is not closed, or stands where none may, or a line ends with CR alone"
        )


def _value(name: str, cell: str) -> Any:
    if name == "price":
        return _number(cell)
    return cell[1:] if name in TEXTS and GUARDED.match(cell) else cell


def _number(cell: str) -> Any:
    """Return the number that a cell shows, digit for digit; any other text as it is, for the schema to refuse."""
    try:
        return read_json(cell)
    except ValueError:
        return cell


def _cell(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if name == "price":
        return format(value, "f")
    return f"'{value}" if name in TEXTS and FORMULA.match(value) else str(value)


def _record(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()

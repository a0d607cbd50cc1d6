"""CSV as RFC 4180 has it: a header, commas, quotes doubled within quotes, line breaks allowed there."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from auth.formats.columns import column_of
from auth.formats.entries import LONGEST, WHOLE, BrokenFile, Content, Entry, lines
from quartet.errors import FieldError


class _Texts:
    """The lines of a file as text, those of one record bounded together."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = lines(file)
        self.first = 0
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            self.first = self.first or number
            self.size += len(line)
            if self.size > LONGEST:
                raise BrokenFile(self.first, f"a record may have at most {LONGEST} bytes; is a quote not closed?")
            yield line.decode(errors="surrogateescape")

    def next_record(self) -> None:
        self.first = self.size = 0


def read(file: BinaryIO) -> Iterator[Entry]:
    """Yield what each record says under the names of the header, blank ones left out.

    Raises:
        BrokenFile: also where the header names no user name or no password, as a first user's line does not.
    """
    texts = _Texts(file)
    records = csv.reader(texts, strict=True)
    columns: list[str] | None = None
    while True:
        texts.next_record()
        try:
            cells = next(records)
        except StopIteration:
            break
        except csv.Error:
            if columns is None:
                raise _broken_header("must be CSV") from None
            yield Entry(texts.first, FieldError(WHOLE, "must be CSV: a quote is not closed, or stands where none may"))
            continue
        if columns is None:
            columns = _header(cells)
        elif cells:
            yield Entry(texts.first, _content(cells, columns))
    if columns is None:
        raise _broken_header("must be there")


def _header(cells: list[str]) -> list[str]:
    columns = [cell.strip() for cell in cells]
    known = {column_of(column) for column in columns}
    if "username" not in known or known.isdisjoint(("password", "password_hash")):
        # It may be no header but the first user, of whom nothing may be told.
        raise _broken_header("must be there and name username, and password or password_hash, parted by commas")
    if not all(columns):
        raise _broken_header("must name each column")
    if len(set(columns)) < len(columns):
        raise _broken_header("must not have a column twice")
    return columns


def _broken_header(rule: str) -> BrokenFile:
    return BrokenFile(1, f"the header {rule}")


def _content(cells: list[str], columns: list[str]) -> Content:
    if len(cells) != len(columns):
        return FieldError(WHOLE, f"must have {len(columns)} cells, as the header has")
    return dict(zip(columns, cells, strict=True))

"""What a file of users is made of, and the lines that it is read in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from quartet.errors import FieldError

WHOLE = "line"
"""The name of a line in an error that none of its fields is at fault for."""
LONGEST = 64 * 1024
"""Bytes of a line, and of all lines of a record in CSV."""
BOM = b"\xef\xbb\xbf"

Content = dict[str, Any] | FieldError


class BrokenFile(Exception):
    """Nothing after this line can be read; the message repeats nothing of the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


class ChangedFile(BrokenFile):
    """It is not what it was when it was checked."""

    def __init__(self, line: int) -> None:
        super().__init__(line, "FILE was changed after it was checked")


@dataclass(frozen=True)
class Entry:
    """One user as the file tells: the number of its first line (1 is the file's first), and what is said or wrong.

    Text that is no UTF-8 holds lone surrogates.
    """

    line: int
    content: Content = field(repr=False)


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number and its end; a byte order mark at the start is left out. Raises BrokenFile."""
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise BrokenFile(number, f"a line may have at most {LONGEST} bytes")
        yield number, line.removeprefix(BOM) if number == 1 else line

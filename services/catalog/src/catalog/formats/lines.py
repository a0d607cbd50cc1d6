"""Lines of a text that comes in pieces, each line of bounded length."""

from collections.abc import Iterable, Iterator

from catalog.errors import ImportTooLarge

BOM = b"\xef\xbb\xbf"


def lines(pieces: Iterable[bytes], longest: int) -> Iterator[bytes]:
    """Yield each line with its line feed, the last one as it is; a byte order mark at the start is left out.

    No more than a piece and a line are held at a time.

    Raises:
        ImportTooLarge: a line has more than `longest` bytes, its end not counted.
    """
    rest, first = b"", True
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            text = line.removeprefix(BOM) if first else line
            first = False
            if len(text) > longest + text.endswith(b"\r"):
                raise line_too_long(longest)
            yield text + b"\n"
        if len(rest) > longest + len(BOM) + len(b"\r"):
            raise line_too_long(longest)
    text = rest.removeprefix(BOM) if first else rest
    if len(text) > longest:
        raise line_too_long(longest)
    if text:
        yield text


def line_too_long(longest: int) -> ImportTooLarge:
    return ImportTooLarge(f"A line may have at most {longest} bytes.")

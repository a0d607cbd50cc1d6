"""One JSON array, for clients that read no other list; nothing is ever imported from it."""

from collections.abc import Iterable, Iterator
from typing import Any

from quartet.wire import write_json


def write(products: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the array in pieces. What ends before the last one is not JSON: half of an array looks like none."""
    before = b"["
    for product in products:
        yield before + write_json(product)
        before = b","
    yield b"[]" if before == b"[" else b"]"

"""The formats of imports and exports."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.formats import csv, ndjson
from catalog.formats.entries import WHOLE, Content, Entry

__all__ = ["FORMATS", "WHOLE", "Content", "Entry", "Format", "of_file", "of_media_type"]


@dataclass(frozen=True)
class Format:
    """A format: its name, which is also the ending of its files, and how it is read and written."""

    name: str
    media_types: tuple[str, ...]
    read: Callable[[Iterable[bytes], int], Iterator[Entry]]
    write: Callable[[Iterable[dict[str, Any]]], Iterator[bytes]]

    @property
    def media_type(self) -> str:
        return self.media_types[0]


FORMATS = {
    each.name: each
    for each in (
        Format("ndjson", ("application/x-ndjson", "application/jsonl"), ndjson.read, ndjson.write),
        Format("csv", ("text/csv",), csv.read, csv.write),
    )
}


def of_file(path: str) -> Format | None:
    """Return the format that the ending of a file's name stands for."""
    ending = path.rpartition(".")[2].lower()
    return FORMATS.get("ndjson" if ending == "jsonl" else ending)


def of_media_type(media_type: str) -> Format | None:
    return next((each for each in FORMATS.values() if media_type in each.media_types), None)

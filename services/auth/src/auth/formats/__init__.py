"""The formats of files of users."""

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from auth.formats import csv, ndjson, yaml
from auth.formats.entries import LONGEST, WHOLE, BrokenFile, ChangedFile, Content, Entry

__all__ = ["FORMATS", "LONGEST", "WHOLE", "BrokenFile", "ChangedFile", "Content", "Entry", "Read", "name_of"]

Read = Callable[[BinaryIO], Iterator[Entry]]
"""Yields what each record says; raises BrokenFile."""

FORMATS: dict[str, Read] = {"csv": csv.read, "ndjson": ndjson.read, "yaml": yaml.read}
ENDINGS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".yaml": "yaml", ".yml": "yaml"}


def name_of(path: str) -> str | None:
    """Return the format that the ending of a file's name stands for."""
    return ENDINGS.get(PurePath(path).suffix.lower())

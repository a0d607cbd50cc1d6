"""What became of each line of an import, in a file where there is much of it, so that memory stays small."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from quartet.errors import FieldError
from quartet.wire import write_json

KEPT_IN_MEMORY = 256 * 1024
PIECE = 64 * 1024
MOST_ERRORS = 8
"""Of one line: a line may break thousands of rules, and a report must not grow far beyond what was sent."""


class Report:
    """Takes what became of each line, in order, and writes itself as one JSON object; `folder` is for its file."""

    def __init__(self, folder: Path, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.created = self.failed = 0
        self._file = SpooledTemporaryFile(KEPT_IN_MEMORY, dir=str(folder))  # noqa: SIM115 - it outlives this call

    def accept(self, line: int, product_id: int | None) -> None:
        self.created += 1
        self._note({"line": line} if product_id is None else {"line": line, "id": product_id})

    def refuse(self, line: int, errors: Sequence[FieldError]) -> None:
        self.failed += 1
        told = [{"field": each.field, "message": each.message} for each in errors[:MOST_ERRORS]]
        self._note({"line": line, "errors": told})

    def totals(self) -> dict[str, Any]:
        return {"created": self.created, "failed": self.failed, "dry_run": self.dry_run}

    def written(self, members: Mapping[str, Any]) -> tuple[int, Iterator[bytes]]:
        """Return this report as JSON behind some other members: its length in bytes, and its pieces."""
        head = write_json({**members, **self.totals()})[:-1] + b',"lines":['
        return len(head) + self._file.tell() + len(b"]}"), self._pieces(head)

    def close(self) -> None:
        self._file.close()

    def _note(self, item: dict[str, Any]) -> None:
        if self._file.tell():
            self._file.write(b",")
        self._file.write(write_json(item))

    def _pieces(self, head: bytes) -> Iterator[bytes]:
        with self._file:
            self._file.seek(0)
            yield head
            while piece := self._file.read(PIECE):
                yield piece
            yield b"]}"

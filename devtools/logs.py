"""Reading the programs' logs."""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log; none when there is no log yet."""
    try:
        with path.open(errors="replace") as log:
            return [line.rstrip("\n") for line in deque(log, maxlen=lines)]
    except FileNotFoundError:
        return []


def follow(paths: list[Path], lines: int, *, forever: bool = True) -> Iterator[tuple[str, str]]:
    """Yield (program, line) of several logs: the last `lines` of each, then, if `forever`, what is written from now.

    A log that was rotated is read on from the start of its successor.
    """
    ends: dict[Path, int] = {}
    for path in paths:
        ends[path] = path.stat().st_size if path.exists() else 0
        for line in tail(path, lines):
            yield path.stem, line
    while forever:
        for path in paths:
            yield from ((path.stem, line) for line in written_since(path, ends))
        time.sleep(0.2)


def written_since(path: Path, ends: dict[Path, int]) -> list[str]:
    """The whole lines written after `ends[path]`, which moves on."""
    if not path.exists():
        return []
    if path.stat().st_size < ends[path]:
        ends[path] = 0
    with path.open("rb") as log:
        log.seek(ends[path])
        whole, newline, _ = log.read().rpartition(b"\n")
    ends[path] += len(whole + newline)
    return whole.decode(errors="replace").splitlines() if newline else []

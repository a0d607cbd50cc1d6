"""The secrets of a developer's platform: made at the first start, kept afterwards."""

import json
import os
import secrets
from pathlib import Path

from devtools.given import Given


def secret_settings(given: Given, folder: Path) -> dict[str, str]:
    """INTERNAL_SECRET and SECRET_KEYS: as given, else from files in `folder` that only their owner may read."""
    return {
        "INTERNAL_SECRET": given.get("INTERNAL_SECRET", "") or kept(folder / "INTERNAL_SECRET", new_secret()),
        "SECRET_KEYS": given.get("SECRET_KEYS", "") or kept(folder / "SECRET_KEYS", json.dumps([new_secret()])),
    }


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def kept(file: Path, new: str) -> str:
    """The text of `file`, which is written with `new` when there is none."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, new, exclusive=True)
    return file.read_text().strip()


def write_private(file: Path, text: str, *, exclusive: bool = False) -> None:
    """Write a file of mode 0600 that is never readable by others; `exclusive` leaves one that is there as it is."""
    kind = os.O_EXCL if exclusive else os.O_TRUNC
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | kind, mode=0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text + "\n")

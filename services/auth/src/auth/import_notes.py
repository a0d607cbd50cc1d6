"""What an import remembers of a file of any length, in a private file on disk that nobody else can open.

It holds digests under a key that nobody knows: of names and addresses, to find those that stand twice, and of whole
lines, to find that a file was changed after it was checked.
"""

import secrets
import sqlite3
from hashlib import blake2b


class Notes:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._database = sqlite3.connect("")  # a temporary database, gone when it is closed
        self._database.execute("CREATE TABLE notes (digest BLOB PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def note(self, kind: str, text: str, line: int) -> None:
        """Note that a line holds a text, unless one before did."""
        self._database.execute("INSERT OR IGNORE INTO notes VALUES (?, ?)", (self._digest(kind, text), line))

    def line_of(self, kind: str, text: str) -> int | None:
        """Return the first line that was noted to hold a text."""
        asked = (self._digest(kind, text),)
        found = self._database.execute("SELECT line FROM notes WHERE digest = ?", asked).fetchone()
        return None if found is None else int(found[0])

    def close(self) -> None:
        self._database.close()

    def _digest(self, kind: str, text: str) -> bytes:
        said = f"{kind}\n{text}".encode("utf-8", "surrogatepass")
        return blake2b(said, key=self._key, digest_size=20).digest()

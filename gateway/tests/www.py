"""What of www/ the gateway serves, and what a page points at."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from gateway.tests.platform_under_test import GATEWAY

WWW = GATEWAY / "www"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
DOCS = ("/docs", "/docs/", "/legacy/flask-api/swagger", "/legacy/flask-api/swagger/")
PAGES = {"/": "index.html", **dict.fromkeys(DOCS, "docs/index.html")}
ALIASES = PAGES | {"/legacy/flask-api/apispec.json": "openapi.json"}
NO_FILES = re.compile("/health|/legacy/[^/]+/(health|status|web3m-admin)")


def served() -> dict[str, Path]:
    """Path → file, as the route table has it."""
    rows = (line.split() for line in (GATEWAY / "routes.table").read_text().splitlines())
    paths = [row[1] for row in rows if len(row) > 3 and row[2] == "gateway" and not NO_FILES.match(row[1])]
    return {path: WWW / ALIASES.get(path, path.removeprefix("/")) for path in paths}


class References(HTMLParser):
    """What a page points at, and the ids in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.ids: set[str] = set()
        self.inline: list[Any] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.targets |= {value for name in ("href", "src", "action", "data") if (value := given.get(name))}
        self.ids |= {given["id"] or ""} if "id" in given else set()
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

"""Where the documents are, and what of them is kept at a release: all that binds, and no words."""

import json
from pathlib import Path
from typing import Any

from devtools.given import ROOT
from devtools.parts import SERVICES

DOCUMENTS = {name: ROOT / "services" / name / "openapi.json" for name in SERVICES} | {
    "gateway": ROOT / "gateway/openapi.json"
}
WORDS = {"description", "title", "summary", "example", "examples", "tags", "operationId", "info", "servers", "default"}
NAMED = {"paths", "responses", "content", "headers", "properties", "schemas", "securitySchemes"}


def released_file(file: Path) -> Path:
    return file.with_name("openapi.released.json")


def read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text()))


def write_surface(file: Path) -> None:
    """Keep the API of a document as the released one."""
    released_file(file).write_text(json.dumps(surface(read(file)), indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def surface(node: Any, *, names: bool = False) -> Any:
    """A document without its words; the keys of `names` are somebody's own, such as a field called `title`."""
    if isinstance(node, list):
        return [surface(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: surface(value, names=not names and key in NAMED)
        for key, value in node.items()
        if names or not (key in WORDS or key.startswith("x-"))
    }

"""docs/migrating.md has every route of the older systems, where each is answered, and what took its place."""

import io
import json
import re

import pytest

from auth import foreign_hashes
from auth.formats import csv
from auth.schemas.imports import read_row
from devtools.given import ROOT
from quartet.legacy.blueprint import DEPRECATED_SINCE

PAGE = (ROOT / "docs/migrating.md").read_text()
TABLE = (ROOT / "gateway/routes.table").read_text()
DOCUMENT = json.loads((ROOT / "gateway/www/openapi.json").read_text())
LANDING = (ROOT / "gateway/www/index.html").read_text()

ROOTS = (ROOT / "gateway/conf.d/legacy.conf").read_text()

SECTION = re.compile(r"^### (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([A-Z]+) (/\S*)`( 🔒)? \| (✓?) ?\| `([A-Z]+ /\S*)` \| .+ \|$", re.MULTILINE)
ALIASES = re.compile(r'^ +"~\^on (/\S+)" +/legacy/([a-z0-9-]+)\$asked_path;$', re.MULTILINE)
SUCCESSOR = re.compile(r"Deprecated: use `([A-Z]+ /\S*)`\.")
PAGES_OF_TODAY = ("/docs", "/admin/")

Route = tuple[str, str]


def route(method: str, path: str) -> Route:
    """Return a route as all three name it: parameters have other names elsewhere, and a last slash means nothing."""
    return method, re.sub(r"{\w+}", "{}", path).rstrip("/")


def rows() -> dict[Route, tuple[bool, bool, str]]:
    """Return what the page's tables say: route → whether it is protected, and at the root too; the route of today."""
    return {
        route(method, f"/legacy/{system}{path}"): (bool(lock), root == "✓", today)
        for system, text in SECTION.findall(PAGE)
        for method, path, lock, root, today in ROW.findall(text)
    }


def routed() -> dict[Route, bool]:
    """Return the routes that the gateway has, and whether each is protected."""
    lines = [line.split() for line in TABLE.splitlines()]
    return {
        route(method, line[1]): line[3] == "protected"
        for line in lines
        if len(line) > 4 and line[1].startswith("/legacy/")
        for method in line[0].split(",")
    }


def documented() -> dict[Route, str]:
    """Return the routes of older systems, and the sentence of each that names its successor."""
    return {
        route(method.upper(), path): operation.get("description", "")
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/legacy/") and method != "x-service"
    }


def test_every_line_of_a_table_can_be_read() -> None:
    for system, text in SECTION.findall(PAGE):
        lines = [line for line in text.splitlines() if line.startswith("| `")]
        assert len(lines) == len(ROW.findall(text)), system


def test_the_page_has_the_routes_that_the_gateway_has() -> None:
    assert {old: protected for old, (protected, _, _) in rows().items()} == routed()


def test_the_page_has_the_routes_that_are_documented() -> None:
    assert rows().keys() == documented().keys()


@pytest.mark.parametrize(("old", "today"), [(old, today) for old, (_, _, today) in rows().items()], ids=str)
def test_the_page_names_the_successor_that_answers_name(old: Route, today: str) -> None:
    method, path = today.split()
    assert path in PAGES_OF_TODAY or method.lower() in DOCUMENT["paths"][path]
    assert SUCCESSOR.findall(documented()[old]) == [today]


@pytest.mark.parametrize(("old", "at_root"), [(old, at_root) for old, (_, at_root, _) in rows().items()], ids=str)
def test_the_page_says_what_answers_at_the_root(old: Route, at_root: bool) -> None:
    system, path = old[1].removeprefix("/legacy/").split("/", 1)
    assert at_root == (system in [whose for pattern, whose in ALIASES.findall(ROOTS) if re.match(pattern, f"/{path}")])


def test_the_page_and_the_landing_page_name_the_same_systems() -> None:
    systems = {path.split("/")[2] for _, path in routed()}
    assert {system for system, _ in SECTION.findall(PAGE)} == systems
    assert set(re.findall(r"</b>/legacy/([a-z0-9-]+)", LANDING)) == systems


def test_the_page_and_the_gateway_say_the_same_since_when() -> None:
    for text in (PAGE, ROOTS):
        assert set(re.findall(r"@(\d+)", text)) == {str(DEPRECATED_SINCE)}


def test_the_file_of_the_page_can_be_imported() -> None:
    example = re.findall(r"^```csv\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[0]
    (row,) = map(read_row, csv.read(io.BytesIO(example.encode())))
    assert (row.errors, row.unknown, row.email_confirmed) == ((), (), True)
    assert foreign_hashes.verify("tea at half past four", row.password_hash or "")

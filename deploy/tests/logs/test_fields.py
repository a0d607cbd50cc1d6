"""What pipelines and docs/logs.md say of the fields of a line is what lines have."""

import ipaddress
import json
import re
from datetime import datetime
from typing import Any

from deploy.tests.logs.conftest import Line
from devtools.given import ROOT

ELK = ROOT / "compose/monitoring/elk"
ALLOY = (ROOT / "compose/monitoring/loki/config.alloy").read_text()
KINDS = {
    "keyword": str,
    "text": str,
    "ip": str,
    "short": int,
    "long": int,
    "float": float,
    "date": str,
    "flattened": dict,
}
ADDED = {"part", "@timestamp"}


def mapping() -> dict[str, str]:
    template = json.loads((ELK / "index-template.json").read_text())
    return {name: field["type"] for name, field in template["template"]["mappings"]["properties"].items()}


def fields(lines: list[Line]) -> dict[str, list[Any]]:
    """All values by the names of their fields."""
    found: dict[str, list[Any]] = {}
    for line in lines:
        for name, value in line.fields.items():
            found.setdefault(name, []).append(value)
    return found


def extras() -> set[str]:
    """Fields that some line of a service has besides: what the code gives as `extra`, a span, a traceback."""
    sources = [*(ROOT / "shared/src").rglob("*.py"), *(ROOT / "services").glob("*/src/**/*.py")]
    given = [
        dictionary
        for source in sources
        for dictionary in re.findall(r"\blog\w*\.\w+\([^{}]*extra=\{([^}]*)\}", source.read_text())
    ]
    return {name for dictionary in given for name in re.findall(r'"(\w+)":', dictionary)} | {"span_id", "exc_info"}


def test_the_index_has_the_fields_that_lines_have(gateway_lines: list[Line], service_lines: list[Line]) -> None:
    written = fields(gateway_lines).keys() | fields(service_lines).keys() | extras()
    assert mapping().keys() == (written - {"time"}) | ADDED


def test_values_are_of_the_types_that_the_index_expects(gateway_lines: list[Line], service_lines: list[Line]) -> None:
    types = mapping() | {"time": "date"}
    for name, values in fields(gateway_lines + service_lines).items():
        for value in values:
            assert value is None or isinstance(value, KINDS[types[name]]), (name, value)
            if types[name] == "ip":
                ipaddress.ip_address(str(value))


def test_times_have_the_format_that_pipelines_expect(gateway_lines: list[Line], service_lines: list[Line]) -> None:
    """RFC 3339, which is what Alloy's RFC3339Nano and Elasticsearch's strict_date_optional_time have in common."""
    for value in fields(gateway_lines + service_lines)["time"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", value)
        assert datetime.fromisoformat(value).tzinfo
    assert set(re.findall(r'format\s+= "(\w+)"', ALLOY)) == {"RFC3339Nano"}


def test_alloy_asks_for_fields_that_there_are(gateway_lines: list[Line], service_lines: list[Line]) -> None:
    _, of_line = re.findall(r"expressions = \{(.*?)\}", ALLOY)
    asked = set(re.findall(r"(\w+) = ", of_line))
    assert asked <= fields(service_lines).keys()
    assert asked - {"level"} <= fields(gateway_lines).keys()
    for block in re.findall(r"(?:structured_metadata|labels) \{\s+values = \{(.*?)\}", ALLOY):
        assert set(re.findall(r"(\w+) = ", block)) <= asked | {"part"}
    bare = re.sub(r'"(\\.|[^"\\])*"|//.*', "", ALLOY)
    assert all(bare.count(opening) == bare.count(closing) for opening, closing in ("{}", "[]", "()"))


def test_the_page_tells_of_every_field(gateway_lines: list[Line], service_lines: list[Line]) -> None:
    page = (ROOT / "docs/logs.md").read_text()
    rows = re.findall(r"^\| (`.+?`) \| (.*?) \|", page, re.MULTILINE)
    told: dict[str, set[str]] = {"gateway": set(), "services": set()}
    for names, who in rows:
        for writer in who.split(", "):
            told[writer] |= set(re.findall(r"`(\w+)`", names))
    assert told == {
        "gateway": set(fields(gateway_lines)),
        "services": set(fields(service_lines)) | extras(),
    }

"""Prometheus' rules, the pages about alerts and Grafana's panels, as tests read them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from devtools.given import ROOT

MONITORING = ROOT / "compose/monitoring"
RULE_FILES = sorted((MONITORING / "rules").glob("*.yml"))
RULE_TESTS = sorted((MONITORING / "rules/tests").glob("*.yml"))
PAGES = {page.stem: page for page in (ROOT / "docs/runbooks").glob("*.md") if page.stem != "README"}
DASHBOARDS = sorted((MONITORING / "grafana/dashboards").glob("*.json"))

OURS = re.compile("(gateway|quartet|auth|catalog|counter|vectors)_")
STRINGS = re.compile(r'"[^"]*"')
NUMBER = r"[\d.]+(?: \* [\d.]+)?(?![\d.]| \*)"
VARIABLE = re.compile(r"\$\{?\w+\}?")
FALLBACK = re.compile(r' or (?:on \(\) label_replace\(vector\(0\)(?:, "[^"]*"){4}\)|vector\([01]\))')


@dataclass(frozen=True)
class Alert:
    name: str
    expression: str
    labels: dict[str, str]
    annotations: dict[str, str]


def rules(path: Path) -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(path.read_text())["groups"]:
        yield from group["rules"]


def alerts() -> dict[str, Alert]:
    found = (rule for path in RULE_FILES for rule in rules(path) if "alert" in rule)
    return {rule["alert"]: Alert(rule["alert"], rule["expr"], rule["labels"], rule["annotations"]) for rule in found}


def recorded() -> dict[str, str]:
    """Names of the series that rules record, and their expressions."""
    found = (rule for path in RULE_FILES for rule in rules(path) if "record" in rule)
    return {rule["record"]: rule["expr"] for rule in found}


def without_threshold(expression: str) -> str:
    """What an alert looks at, whatever its value is: comparisons with a number, and with nothing, are left out."""
    expression = re.sub(r"absent\((.*?)\)", r"\1", expression)
    expression = re.sub(rf" (?:[<>]=?|[!=]=) {NUMBER}", "", expression)
    return re.sub(r" [<>]=? (?=[\d.]+ \* )", " + ", expression)


def metrics_in(expression: str) -> set[str]:
    """Names of the metrics, or of recorded series, of which an expression speaks."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", STRINGS.sub('""', expression))
    bare = re.sub(r"\b(by|on|without|ignoring|group_left) \([^)]*\)", "", bare)
    return {name for name in re.findall(r"[a-zA-Z_:][\w:]*(?!\w*\()\b", bare) if "_" in name and not called(name, bare)}


def called(name: str, expression: str) -> bool:
    return re.search(rf"\b{name} ?\(", expression) is not None


def questions(page: Path) -> list[str]:
    """The expressions that a page gives to look with."""
    blocks = re.findall(r"```promql\n(.*?)```", page.read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def panels(dashboard: Path) -> list[tuple[str, str]]:
    """Titles and expressions of the panels of a dashboard, with its variables filled in as for all."""
    found = targets(json.loads(dashboard.read_text()))
    filled = ((title, text.replace("$__rate_interval", "5m")) for title, text in found)
    return [(title, VARIABLE.sub(".*", text)) for title, text in filled]


def targets(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for panel in node.get("panels", []):
        for target in panel.get("targets", []):
            if "expr" in target:
                yield panel["title"], target["expr"]
        yield from targets(panel)


def without_fallback(expression: str) -> str:
    """A panel's expression without what it shows where there is nothing to show."""
    return FALLBACK.sub("", expression)

"""docs/metrics.md as a table, and what a process exposes as another."""

import re

from prometheus_client.parser import text_string_to_metric_families

from devtools.given import ROOT

PAGE = ROOT / "docs/metrics.md"
NOT_OURS = ("python_", "process_")

Metrics = dict[str, set[str]]
"""Names of metrics, and the labels of each."""


def documented() -> dict[str, Metrics]:
    """What the page says, by its headings."""
    sections = re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE.read_text(), re.MULTILINE)
    return {heading: _rows(body) for heading, body in sections}


def exposed(text: str) -> Metrics:
    """What there are samples of, named as the page names it."""
    found: Metrics = {}
    for family in text_string_to_metric_families(text):
        if family.name.startswith(NOT_OURS) or family.name.endswith("_created"):
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                found.setdefault(name, set()).update(sample.labels.keys() - {"le"})
    return found


def _rows(body: str) -> Metrics:
    rows = re.findall(r"^\| (`.+?) \| (.*?) ?\| .* \|$", body, re.MULTILINE)
    return {
        name: {label for each in re.findall(r"`(.+?)`", labels) for label in each.split()}
        for names, labels in rows
        for name in re.findall(r"`(\w+)`", names)
    }

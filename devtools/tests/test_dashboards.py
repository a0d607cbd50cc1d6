"""Grafana's dashboards: made from the code, of metrics that there are, without holes for whoever reads them."""

import json
import re
import subprocess
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.dashboards import FOLDER, NAMES, dashboards, expressions, files
from devtools.given import ROOT

EXPORTERS = Path(__file__).parent / "exporter_metrics"
OF_PROMETHEUS = {"up", "ALERTS"}
WORDS = {"by", "on", "or", "and", "unless", "offset", "ignoring", "without", "group_left", "bool"}


def panels(name: str) -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / f"{name}.json").read_text())["panels"])


def metrics_of(expression: str) -> set[str]:
    """The names in an expression that are no function, label or keyword."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on|ignoring|without)\s*\([^)]*\)", " ", bare)
    return set(re.findall(r"\b[a-zA-Z_][a-zA-Z0-9_:]*\b(?!\s*\()", bare)) - WORDS


def known_metrics() -> set[str]:
    """Those that docs/metrics.md tells of, and those of the exporters."""
    rows = re.findall(r"^\| (`.+?) \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    ours = {name.partition("{")[0] for row in rows for name in re.findall(r"`([^`]+)`", row)}
    exported = {line for file in EXPORTERS.glob("*.txt") for line in file.read_text().split()}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    return ours | exported | recorded | OF_PROMETHEUS


def rules() -> list[dict[str, Any]]:
    files = (ROOT / "compose/monitoring/rules").glob("*.yml")
    return [rule for file in files for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def test_the_dashboards_are_those_of_the_code() -> None:
    made = files()
    assert set(FOLDER.glob("*.json")) == made.keys()
    for path, text in made.items():
        assert path.read_text() == text, "run `make dashboards`"


def test_every_metric_of_a_panel_is_there() -> None:
    known = known_metrics()
    for where in expressions():
        for metric in metrics_of(where.expression):
            assert {metric, re.sub("_(bucket|sum|count)$", "", metric)} & known, (metric, where)


@pytest.mark.needs("promtool")
def test_every_expression_can_be_read(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{n}", "expr": where.expression} for n, where in enumerate(expressions())]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": rules}]}))
    command = ["promtool", "check", "rules", str(tmp_path / "rules.yml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert f"{len(rules)} rules found" in result.stdout


def test_no_variable_is_left_in_an_expression() -> None:
    assert not [where for where in expressions() if "$" in where.expression]


def test_no_two_dashboards_or_panels_have_one_name() -> None:
    boards = dashboards().values()
    assert len({board.uid for board in boards}) == len({board.title for board in boards}) == len(NAMES)
    for name, board in dashboards().items():
        ids = [panel["id"] for panel in panels(name)]
        assert len(ids) == len(set(ids))
        rows = [Counter(panel.title for panel in row) for _, row in board.rows]
        assert all(number == 1 for row in rows for number in row.values()), name


@pytest.mark.parametrize("name", NAMES)
def test_panels_lie_beside_each_other_on_the_grid(name: str) -> None:
    places = [panel["gridPos"] for panel in panels(name)]
    cells = [{(x, y) for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])} for p in places]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not any(one & other for one, other in combinations(cells, 2))


@pytest.mark.parametrize("name", NAMES)
def test_a_panel_says_what_it_shows(name: str) -> None:
    for panel in panels(name):
        if panel["type"] == "row":
            continue
        assert panel["title"], panel
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"prometheus"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_a_panel_turns_red_where_its_alert_fires() -> None:
    alerts = {rule["alert"]: rule["expr"] for rule in rules() if "alert" in rule}
    named = {panel.limits.alert: panel for board in dashboards().values() for panel in board.panels}
    assert len(named) > 20
    for alert, panel in named.items():
        bounds = {float(bound) for bound in re.findall(r"[<>] (\d+(?:\.\d+)?)", alerts.get(alert, "> 0"))} - {0}
        drawn = {value for value in (panel.limits.warn, panel.limits.bad) if value is not None}
        drawn |= {round(1 - value, 6) for value in drawn if panel.unit == "percentunit"}
        assert not alert or alert in alerts, panel.title
        assert not bounds or bounds & drawn, (panel.title, bounds, drawn)


@pytest.mark.parametrize("name", NAMES)
def test_several_series_of_a_graph_can_be_told_apart(name: str) -> None:
    for panel in dashboards()[name].panels:
        legends = [legend for _, legend in panel.queries]
        assert len(set(legends)) == len(legends), panel.title
        if panel.kind in {"graph", "stacked"}:
            assert all(legends), panel.title


def test_links_lead_to_a_dashboard() -> None:
    uids = {board.uid for board in dashboards().values()}
    for board in dashboards().values():
        for panel in board.panels:
            if panel.opens:
                uid = panel.opens.split("/")[2].partition("?")[0]
                assert uid in uids or uid == "quartet-${__field.labels.service}", panel.title


def test_grafana_is_told_where_prometheus_and_the_dashboards_are() -> None:
    provisioned = ROOT / "compose/monitoring/grafana/provisioning"
    (source,) = yaml.safe_load((provisioned / "datasources/prometheus.yaml").read_text())["datasources"]
    assert (source["uid"], source["type"], source["url"]) == ("prometheus", "prometheus", "http://prometheus:9090")
    read = yaml.safe_load((ROOT / "compose/monitoring/prometheus.yml").read_text())["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == read
    (provider,) = yaml.safe_load((provisioned / "dashboards/quartet.yaml").read_text())["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"

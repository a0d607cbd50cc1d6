"""What Prometheus' and Alertmanager's own programs say of the rules, and how rules, tests and pages belong together."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.tests.monitoring.rules import (
    MONITORING,
    OURS,
    PAGES,
    RULE_FILES,
    RULE_TESTS,
    Alert,
    alerts,
    metrics_in,
    recorded,
)
from devtools.given import ROOT

ALERTS = alerts()


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.needs("promtool")
def test_prometheus_takes_its_configuration() -> None:
    result = run("promtool", "check", "config", MONITORING / "prometheus.yml")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.needs("promtool")
@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_every_alert_fires_when_it_should_and_not_before(path: Path) -> None:
    result = run("promtool", "test", "rules", path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_is_tried_quiet_and_firing() -> None:
    tried = {}
    for path in RULE_TESTS:
        for case in yaml.safe_load(path.read_text())["tests"]:
            outcomes = {bool(check.get("exp_samples")) for check in case["promql_expr_test"]}
            assert all(f'alertname="{case["name"]}"' in check["expr"] for check in case["promql_expr_test"])
            tried[case["name"]] = outcomes
    assert tried.keys() == ALERTS.keys()
    assert {name for name, outcomes in tried.items() if outcomes != {True, False}} == {"Watchdog"}


def test_every_file_of_rules_has_tests() -> None:
    assert [path.stem for path in RULE_FILES] == [path.stem for path in RULE_TESTS]


@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_an_alert_tells_how_urgent_it_is_whom_it_concerns_and_where_to_read_on(alert: Alert) -> None:
    assert alert.labels["severity"] in {"page", "ticket"}
    assert "service" in alert.labels or "service" in alert.expression
    assert alert.annotations.keys() == {"summary", "description", "runbook"}
    assert alert.annotations["runbook"] == f"docs/runbooks/{alert.name}.md"


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    assert PAGES.keys() == ALERTS.keys()
    index = (ROOT / "docs/runbooks/README.md").read_text()
    rows = {name: row for row in index.splitlines() for name in re.findall(r"\((\w+)\.md\)", row)}
    assert rows.keys() == ALERTS.keys()


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_a_page_says_who_is_hurt_how_to_look_and_what_to_do(name: str) -> None:
    text = PAGES[name].read_text()
    urgency = ALERTS[name].labels["severity"].capitalize()
    assert re.match(
        rf"# {name}\n\n\*\*{urgency}\.\*\* .*?\n\n\*\*Who is hurt\.\*\* .*?\n\n## Look\n\n```.*?\n## Do\n\n- ",
        text,
        re.S,
    )


def test_every_metric_of_a_rule_is_recorded_or_documented() -> None:
    known = recorded()
    documented = (ROOT / "docs/metrics.md").read_text()
    for expression in [*known.values(), *(alert.expression for alert in ALERTS.values())]:
        for name in metrics_in(expression) - known.keys():
            if OURS.match(name):
                assert f"`{re.sub('_(bucket|sum|count)$', '', name)}" in documented, name


def test_objectives_of_time_lie_on_a_bound_of_the_gateways_histogram() -> None:
    bounds = re.search(r"BOUNDS = \[(.*?), Infinity", (ROOT / "gateway/njs/exposition.js").read_text())
    assert bounds
    seconds = {float(bound) / 1000 for bound in bounds[1].split(",")}
    asked = {float(le) for expression in recorded().values() for le in re.findall(r'le="([\d.]+)"', expression)}
    assert asked
    assert asked <= seconds


@pytest.mark.needs("amtool")
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (("alertname=Watchdog", "severity=ticket"), "heartbeat"),
        (("alertname=MySQLDown", "severity=page", "service=mysql"), "pager"),
        (("alertname=MailsWait", "severity=ticket", "service=auth-mailer"), "tickets"),
    ],
)
def test_an_alert_goes_to_whom_it_concerns(labels: tuple[str, ...], receiver: str) -> None:
    configuration = MONITORING / "alertmanager.yml"
    assert run("amtool", "check-config", configuration).returncode == 0
    result = run("amtool", "config", "routes", "test", f"--config.file={configuration}", *labels)
    assert (result.returncode, result.stdout.strip()) == (0, receiver), result.stderr


def test_alerts_that_silence_others_exist() -> None:
    for rule in yaml.safe_load((MONITORING / "alertmanager.yml").read_text())["inhibit_rules"]:
        for matcher in rule["source_matchers"] + rule["target_matchers"]:
            name, _, value = re.split(r" (=~|!~|=) ", matcher)
            assert name in {"severity", "alertname"}
            if name == "alertname":
                for pattern in value.strip('"').split("|"):
                    assert any(re.fullmatch(pattern, alert) for alert in ALERTS), pattern

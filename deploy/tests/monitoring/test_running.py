"""A real Prometheus, with the rules of production, reads a platform on which things happen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deploy.tests.monitoring.rules import (
    DASHBOARDS,
    OURS,
    PAGES,
    alerts,
    metrics_in,
    panels,
    questions,
    recorded,
    without_fallback,
    without_threshold,
)
from deploy.tests.monitoring.traffic import drive, miss_auth
from deploy.tests.monitoring.watched import OVERLAYS, TIMEOUT, Prometheus, address, hasty_configuration
from devtools.given import ROOT
from devtools.parts import COMMANDS
from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, log_in
from tests.integration.platform_compose import ComposePlatform

pytestmark = pytest.mark.containers

JOBS = {"gateway", *COMMANDS, "mysql", "redis", "nginx", "prometheus", "alertmanager"}
SETTINGS = {"RATE_LIMIT_FACTOR": "1", "LIMIT_STRICT": "30r/m", "LIMIT_STRICT_BURST": "40", "THROTTLE_FACTOR": "1000"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposePlatform]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "monitoring").mkdir()
    hasty_configuration(folder / "monitoring")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROMETHEUS_UNDER_TEST", str(folder / "monitoring"))
        platform = ComposePlatform(folder, SETTINGS, *OVERLAYS)
    try:
        yield platform
    finally:
        platform.close()


@pytest.fixture(scope="module")
def prometheus(platform: ComposePlatform) -> Prometheus:
    """A Prometheus that reads every part, before and after something happened."""
    prometheus = Prometheus(address(platform, "prometheus", 9090))
    eventually(lambda: prometheus.health() == {job: {"up"} for job in JOBS}, within=120)
    api = Api(platform.url)
    admin = log_in(api, "admin", "", platform.admin_password)
    drive(api, admin)
    miss_auth(platform, api, admin)
    return prometheus


def test_every_part_is_read(prometheus: Prometheus) -> None:
    # A part that was started anew has another address, which is found before it is asked.
    eventually(lambda: prometheus.health() == {job: {"up"} for job in JOBS}, within=60)
    assert {labels["job"] for labels in prometheus.series("up == 1")} == JOBS


def test_the_exporters_see_the_stores_and_nginx(prometheus: Prometheus) -> None:
    for name in ("mysql_up", "redis_up", "nginx_up"):
        assert prometheus.series(f"{name} == 1"), name
    # A store that forbids the exporter a question is up nevertheless.
    assert prometheus.series("redis_exporter_last_scrape_error == 0")
    assert prometheus.series("mysql_exporter_collector_success == 1")
    assert not prometheus.series("mysql_exporter_collector_success == 0")


def test_every_recorded_series_is_there(prometheus: Prometheus) -> None:
    found = prometheus.await_data({name: name for name in recorded()})
    for name, series in found.items():
        level = name.split(":")[0]
        assert all(level in labels for labels in series), name


def test_every_alert_sees_what_it_watches(prometheus: Prometheus) -> None:
    asked = {alert.name: without_threshold(alert.expression) for alert in alerts().values()}
    found = prometheus.await_data(asked)
    there = set(prometheus.ask("label/__name__/values"))
    for alert in alerts().values():
        theirs = {name for name in metrics_in(alert.expression) if not OURS.match(name)}
        assert theirs <= there, alert.name
        wanted = {"{{ $labels.job }}": "job", None: "service"}.get(alert.labels.get("service"))
        if wanted:
            assert all(wanted in labels for labels in found[alert.name]), alert.name


def test_no_rule_fails(prometheus: Prometheus) -> None:
    found = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert len(found) == len(recorded()) + len(alerts())
    eventually(
        lambda: {rule["health"] for group in prometheus.ask("rules")["groups"] for rule in group["rules"]} == {"ok"}
    )


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_shows_something(prometheus: Prometheus, dashboard: Path) -> None:
    asked = dict.fromkeys(text for _, text in panels(dashboard))
    assert asked
    prometheus.await_data({text: text for text in asked})
    # What a panel shows instead of nothing hides neither a misspelt name nor an expression that finds none.
    documented = (ROOT / "docs/metrics.md").read_text()
    there = set(prometheus.ask("label/__name__/values"))
    for text in asked:
        if not prometheus.series(without_fallback(text)):
            names = {re.sub("_(bucket|sum|count)$", "", name) for name in metrics_in(text)}
            assert not {name for name in names - there if f"`{name}`" not in documented}, text


def test_every_question_of_a_page_has_an_answer(prometheus: Prometheus) -> None:
    asked = [(name, text) for name, page in PAGES.items() for text in questions(page)]
    prometheus.await_data({f"{name}: {text}": without_threshold(text) for name, text in asked})


@pytest.mark.usefixtures("prometheus")
def test_a_follower_that_stops_is_told_to_alertmanager(platform: ComposePlatform) -> None:
    url = f"{address(platform, 'alertmanager', 9093)}/api/v2/alerts"

    def heard() -> dict[str, dict[str, str]]:
        found = requests.get(url, timeout=TIMEOUT).json()
        return {alert["labels"]["alertname"]: alert["labels"] | alert["annotations"] for alert in found}

    eventually(lambda: "Watchdog" in heard(), within=60)
    platform.stop("catalog-follower")
    eventually(lambda: "TargetMissing" in heard(), within=120)
    alert = heard()["TargetMissing"]
    assert (alert["service"], alert["severity"]) == ("catalog-follower", "page")
    assert alert["summary"] == "No catalog-follower is there"
    assert Path(alert["runbook"]).stem in PAGES

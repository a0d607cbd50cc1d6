"""What `make up MONITORING=1` adds to the platform, as Docker reads it."""

from typing import Any

import pytest

from deploy.tests.test_compose import rendered

EXPORTERS = {"mysql-exporter", "redis-exporter", "nginx-exporter"}
ADDED = {"prometheus", "alertmanager", "grafana", *EXPORTERS}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return rendered("prod", "full", MONITORING="1")


@pytest.fixture(scope="module")
def added(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document["services"][name] for name in ADDED}


def test_monitoring_is_added_and_nothing_else_is_changed(document: dict[str, Any]) -> None:
    before = rendered("prod", "full")["services"]
    assert {name: part for name, part in document["services"].items() if name not in ADDED} == before


def test_grafana_can_be_left_out() -> None:
    services = rendered("prod", "full", MONITORING="1", GRAFANA="0")["services"]
    assert services.keys() & ADDED == ADDED - {"grafana"}


def test_where_there_is_no_gateway_nobody_asks_it() -> None:
    assert "nginx-exporter" not in rendered("prod", "basic", MONITORING="1")["services"]


def test_every_part_has_the_least_rights_and_limits(added: dict[str, Any]) -> None:
    for name, part in added.items():
        assert part["read_only"], name
        assert part["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in part["security_opt"], name
        assert part["user"] not in {"", "0", "root"}, name
        assert part["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory", "pids"}, name
        assert part["logging"]["options"]["max-size"], name
        assert part["restart"] == "unless-stopped", name


def test_no_other_machine_reaches_it(added: dict[str, Any]) -> None:
    for name, part in added.items():
        assert all(port["host_ip"] == "127.0.0.1" for port in part.get("ports", [])), name
    assert {name for name, part in added.items() if part.get("ports")} == {"prometheus", "alertmanager", "grafana"}


def test_exporters_meet_no_network_that_leads_outside(document: dict[str, Any], added: dict[str, Any]) -> None:
    inner = {name for name, network in document["networks"].items() if network.get("internal")}
    for name in EXPORTERS:
        assert set(added[name]["networks"]) <= inner, name


def test_each_holds_its_own_account_alone(added: dict[str, Any]) -> None:
    held = {name: {secret["source"] for secret in part.get("secrets", [])} for name, part in added.items()}
    assert held == {name: set[str]() for name in ADDED} | {
        "mysql-exporter": {"mysql_exporter", "mysql_ca"},
        "redis-exporter": {"redis_exporter"},
        "grafana": {"grafana_admin_password"},
    }

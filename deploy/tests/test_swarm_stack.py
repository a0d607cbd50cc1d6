"""The stack of Docker Swarm has what Compose has, where Compose has it."""

from typing import Any

import pytest
import yaml

from devtools.given import ROOT

SERVICES = ("auth", "catalog", "counter", "vectors")


def services(*files: str) -> dict[str, Any]:
    return {
        name: service
        for file in files
        for name, service in yaml.safe_load((ROOT / "compose" / file).read_text())["services"].items()
    }


COMPOSE = services("compose.yaml")
STACK = services("stack.swarm.yaml", "stack.swarm.stores.yaml")


def secrets(service: dict[str, Any]) -> set[tuple[str, str]]:
    """Name and file name of each secret that a service has."""
    given = service.get("secrets", [])
    return {(each, each) if isinstance(each, str) else (each["source"], each["target"]) for each in given}


def test_the_same_parts() -> None:
    assert STACK.keys() == COMPOSE.keys()


@pytest.mark.parametrize("part", STACK)
def test_the_same_secrets_under_the_same_names(part: str) -> None:
    assert secrets(STACK[part]) == secrets(COMPOSE[part])


@pytest.mark.parametrize("part", STACK)
def test_the_same_command_and_no_more_rights(part: str) -> None:
    assert STACK[part].get("command") == COMPOSE[part].get("command")
    assert STACK[part]["read_only"]
    assert STACK[part]["cap_drop"] == ["ALL"]
    assert "limits" in STACK[part]["deploy"]["resources"]


@pytest.mark.parametrize(
    "part", [name for name, part in STACK.items() if part["deploy"].get("mode") != "replicated-job"]
)
def test_found_by_the_addresses_of_tasks(part: str) -> None:
    assert STACK[part]["deploy"]["endpoint_mode"] == "dnsrr"
    assert STACK[part]["deploy"]["update_config"]["failure_action"] == "rollback"


@pytest.mark.parametrize("part", SERVICES)
def test_a_new_replica_is_there_before_the_old_one_leaves(part: str) -> None:
    assert STACK[part]["deploy"]["update_config"]["order"] == "start-first"
    assert STACK[part]["deploy"]["replicas"] == "${REPLICAS:-2}"
    # Longer than nginx holds a name's addresses (conf.d/upstreams.conf: 5 s).
    assert STACK[part]["environment"]["DRAIN_SECONDS"] == "${DRAIN_SECONDS:-10}"
    assert "valid=5s" in (ROOT / "gateway/conf.d/upstreams.conf").read_text()


def test_a_gateway_on_each_node_at_a_port_of_the_node() -> None:
    gateway = STACK["gateway"]
    assert gateway["deploy"]["mode"] == "global"
    assert gateway["deploy"]["update_config"]["order"] == "stop-first"
    assert [port["mode"] for port in gateway["ports"]] == ["host"]
    assert gateway["stop_signal"] == "SIGQUIT"

"""Traces on Compose, as `make compose TRACING=1` prints them, and what the collector is told to do."""

import os
import subprocess
from typing import Any

import pytest
import yaml

from devtools.given import ROOT
from devtools.parts import COMMANDS

TRACED = {*COMMANDS, "gateway"}
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def compose(**given: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "TRACES_ENDPOINT"} | given
    command = ["make", "compose", "ENV=prod", "VARIANT=full", *(["TRACING=1"] if given else [])]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def traced() -> dict[str, Any]:
    result = compose(TRACES_ENDPOINT="http://tempo:4318")
    assert result.returncode == 0, result.stderr
    return dict(yaml.safe_load(result.stdout))


def test_every_part_sends_to_the_collector_in_a_network_of_its_own(traced: dict[str, Any]) -> None:
    for name, part in traced["services"].items():
        assert (part.get("environment", {}).get(ENDPOINT) == "http://collector:4318") == (name in TRACED), name
        assert ("traces" in part.get("networks", {})) == (name in TRACED | {"collector"}), name
    assert traced["networks"]["traces"]["internal"]
    assert set(traced["services"]["collector"]["networks"]) == {"traces", "outward"}


def test_a_part_stays_in_its_other_networks(traced: dict[str, Any]) -> None:
    networks = {name: set(part.get("networks", ())) for name, part in traced["services"].items()}
    assert networks["gateway"] == {"edge", "backend", "traces"}
    assert networks["auth-mailer"] == {"stores", "outward", "traces"}


def test_the_collector_has_no_rights_and_its_limits(traced: dict[str, Any]) -> None:
    collector = traced["services"]["collector"]
    assert (collector["read_only"], collector["cap_drop"], collector["user"]) == (True, ["ALL"], "10001:10001")
    assert collector["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}
    assert not collector.get("ports")


def test_without_a_place_for_traces_they_are_not_switched_on() -> None:
    result = compose(TRACES_ENDPOINT="")
    assert result.returncode != 0
    assert "TRACES_ENDPOINT is missing" in result.stderr


def test_without_tracing_nothing_is_sent_anywhere() -> None:
    services = yaml.safe_load(compose().stdout)["services"]
    assert "collector" not in services
    assert not any(ENDPOINT in part.get("environment", {}) for part in services.values())


def test_the_collectors_pipeline_is_made_of_what_is_there() -> None:
    told = yaml.safe_load((ROOT / "compose/monitoring/collector.yaml").read_text())
    assert told["receivers"]["otlp"]["protocols"]["http"]["endpoint"] == "0.0.0.0:4318"
    (pipeline,) = told["service"]["pipelines"].values()
    for kind, names in pipeline.items():
        assert names == list(told[kind]), kind
    assert pipeline["processors"][0] == "memory_limiter"

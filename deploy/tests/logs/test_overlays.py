"""The overlays that bring logs somewhere, read as Docker reads them."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.given import ROOT

MARK = "com.docker.compose.service"


@cache
def rendered(**given: str) -> dict[str, Any]:
    command = ["make", "compose", *(f"{name}={value}" for name, value in given.items())]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return dict(yaml.safe_load(result.stdout))


@pytest.mark.parametrize("logs", ["loki", "elk"])
def test_lines_of_every_part_are_marked_and_no_others(logs: str) -> None:
    parts = rendered(ENV="prod")["services"].keys()
    document = rendered(ENV="prod", LOGS=logs)
    marked = {
        name
        for name, part in document["services"].items()
        if part.get("logging", {}).get("options", {}).get("labels") == MARK
    }
    assert marked == parts
    for name, part in document["services"].items():
        assert part["logging"]["options"]["max-size"], name
        assert part["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}, name


@pytest.mark.parametrize("logs", ["loki", "elk"])
def test_who_ships_may_read_and_reach_nothing_but_the_store(logs: str) -> None:
    document = rendered(ENV="prod", LOGS=logs)
    shipper = document["services"]["log-shipper"]
    assert (shipper["read_only"], shipper["cap_drop"]) == (True, ["ALL"])
    assert list(shipper["networks"]) == ["logs"]
    assert document["networks"]["logs"]["internal"]
    (containers,) = [mount for mount in shipper["volumes"] if "containers" in mount["target"]]
    assert containers["read_only"]
    for part in document["services"].values():
        assert all(port.get("host_ip") for port in part.get("ports", []) if port["target"] != 8080)


def test_grafana_reads_loki_where_there_are_both() -> None:
    grafana = rendered(LOGS="loki", MONITORING="1")["services"]["grafana"]
    assert {"logs", "monitoring"} <= grafana["networks"].keys()
    (mount,) = [mount for mount in grafana["volumes"] if mount["target"].endswith("/datasources/logs.yaml")]
    # It replaces a file that is there: into a folder that may only be read none can be mounted.
    assert (ROOT / "compose/monitoring/grafana/provisioning/datasources/logs.yaml").is_file()
    (source,) = yaml.safe_load((ROOT / "compose" / mount["source"]).read_text())["datasources"]
    loki = yaml.safe_load((ROOT / "compose/monitoring/loki/loki.yaml").read_text())
    assert source["url"] == f"http://loki:{loki['server']['http_listen_port']}"


def test_a_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    dockerfile = ROOT / "compose/monitoring/elk/Dockerfile"
    result = subprocess.run([hadolint, dockerfile], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")

"""A platform with its monitoring, which reads every few seconds, and what a Prometheus answers."""

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from deploy.tests.monitoring.rules import MONITORING
from tests.integration.platform_compose import ComposePlatform

OVERLAYS = ("compose.monitoring.yaml", "compose.monitoring-test.yaml")
TIMEOUT = 10
BREATH = 1.0  # between two rounds of questions: there is something new every five seconds


def hasty_configuration(folder: Path) -> None:
    """The configuration of production, read every five seconds; alerts fire at once."""
    text = (MONITORING / "prometheus.yml").read_text()
    text = re.sub(r"(scrape_interval|evaluation_interval|scrape_timeout|refresh_interval): \d+s", r"\1: 5s", text)
    (folder / "prometheus.yml").write_text(text)
    shutil.copytree(MONITORING / "rules", folder / "rules")
    for path in (folder / "rules").glob("*.yml"):
        path.write_text(re.sub(r"\bfor: \w+", "for: 0s", path.read_text()))


def address(platform: ComposePlatform, part: str, port: int) -> str:
    networks = platform.container(part).attrs["NetworkSettings"]["Networks"]
    return f"http://{next(iter(networks.values()))['IPAddress']}:{port}"


class Prometheus:
    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v1"

    def ask(self, path: str, **parameters: str) -> Any:
        answer = requests.get(f"{self._url}/{path}", params=parameters, timeout=TIMEOUT)
        body = answer.json()
        assert body["status"] == "success", f"{parameters}: {body.get('error')}"
        return body["data"]

    def series(self, expression: str) -> list[dict[str, str]]:
        """Labels of what an expression gives now."""
        return [sample["metric"] for sample in self.ask("query", query=expression)["result"]]

    def health(self) -> dict[str, set[str]]:
        """Of each job, how its targets are."""
        found: dict[str, set[str]] = {}
        for target in self.ask("targets", state="active")["activeTargets"]:
            found.setdefault(target["labels"]["job"], set()).add(target["health"])
        return found

    def await_data(self, expressions: Mapping[str, str], patience: float = 90) -> dict[str, list[dict[str, str]]]:
        """What each expression gives, once all give something; AssertionError with those that never do."""
        deadline = time.monotonic() + patience
        found: dict[str, list[dict[str, str]]] = {}
        while missing := {name: text for name, text in expressions.items() if not found.get(name)}:
            found |= {name: self.series(text) for name, text in missing.items()}
            without = {name: text for name, text in missing.items() if not found[name]}
            assert not without or time.monotonic() < deadline, f"no data: {without}"
            if without:
                time.sleep(BREATH)
        return found

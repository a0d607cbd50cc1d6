"""Reads the gateway's metrics as Prometheus does."""

from collections.abc import Callable

import requests
from prometheus_client.parser import text_string_to_metric_families

from gateway.tests.platform_under_test import DEADLINE, Gateway
from quartet.testing.waiting import eventually

PROBES = {"/health/live", "/health/ready"}
Labels = frozenset[tuple[str, str]]


class Scrape:
    """All samples of one moment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: dict[tuple[str, Labels], float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in self.samples, f"{key} comes twice"
                self.samples[key] = sample.value

    def sum(self, name: str, **labels: str) -> float:
        """The sum of the samples of `name` that have all these labels."""
        return sum(
            value for (n, has), value in self.samples.items() if n == name and labels.items() <= dict(has).items()
        )


def scrape(gateway: Gateway) -> Scrape:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"http://127.0.0.1:{gateway.metrics_port}/metrics", timeout=DEADLINE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return Scrape(answer.text)


def requests_of(found: Scrape, **labels: str) -> float:
    """Requests counted, but for those by which the tests learn that the gateway is ready."""
    return sum(
        value
        for (name, has), value in found.samples.items()
        if name == "gateway_requests_total" and labels.items() <= dict(has).items() and dict(has)["route"] not in PROBES
    )


def counted(gateway: Gateway, measure: Callable[[Scrape], float], value: float) -> Scrape:
    """The first scrape in which `measure` is `value`: a request is counted when its answer has been sent."""

    def look() -> Scrape | None:
        found = scrape(gateway)
        assert measure(found) <= value, "counted more than there was"
        return found if measure(found) == value else None

    result: Scrape = eventually(look)
    return result


def others_than_probes(found: Scrape) -> set[tuple[str, Labels]]:
    return {(name, labels) for name, labels in found.samples if dict(labels).get("route") not in PROBES}


def when(gateway: Gateway, condition: Callable[[Scrape], bool]) -> Scrape:
    def look() -> Scrape | None:
        found = scrape(gateway)
        return found if condition(found) else None

    result: Scrape = eventually(look)
    return result

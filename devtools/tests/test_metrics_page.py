"""docs/metrics.md says what the processes expose: each metric with its labels, and no other."""

from collections.abc import Iterator

import pytest
import requests

from devtools.parts import COMMANDS
from devtools.tests.documented import Metrics, documented, exposed
from devtools.tests.exposing import everything, metrics_of
from quartet.testing import SigningKey

WORKERS = {"auth-mailer", "auth-upkeep", "catalog-follower"}
SERVICES = COMMANDS.keys() - WORKERS
SECTIONS: dict[str, set[str]] = {
    "Every service and worker": set(COMMANDS),
    "Services": set(SERVICES),
    "Services that fetch keys": SERVICES - {"auth"},
    "Workers": WORKERS,
    "Processes with a database": {"auth", "catalog", *WORKERS},
    "auth": {"auth"},
    "auth mailer": {"auth-mailer"},
    "auth upkeep": {"auth-upkeep"},
    "catalog": {"catalog"},
    "catalog follow": {"catalog-follower"},
    "counter": {"counter"},
    "vectors": {"vectors"},
}
GUARDED = {"catalog": "/api/products", "counter": "/api/counters/tea/increment", "vectors": "/api/vectors"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Metrics]]:
    """What each process exposes when it has done a first thing."""
    with everything(tmp_path_factory.mktemp("exposing")) as urls:
        for url in urls.values():
            metrics_of(url)
        for name, path in GUARDED.items():
            stranger = {"Authorization": f"Bearer {SigningKey().token()}"}
            assert requests.post(urls[name] + path, headers=stranger, timeout=30).status_code == 401
        texts = {name: metrics_of(url, "quartet_http_requests_total{") for name, url in urls.items()}
        texts |= {name: metrics_of(urls[name], 'outcome="done"') for name in WORKERS}
        yield {name: exposed(text) for name, text in texts.items()}


def test_each_process_exposes_what_the_page_says_of_it(found: dict[str, Metrics]) -> None:
    page = documented()
    assert page.keys() == {"Gateway", *SECTIONS}
    for heading, names in SECTIONS.items():
        for name in names:
            missing = {metric: labels for metric, labels in page[heading].items() if found[name].get(metric) != labels}
            assert missing == {}, (name, {metric: found[name].get(metric) for metric in missing})


def test_no_process_exposes_what_the_page_does_not_say_of_its_service(found: dict[str, Metrics]) -> None:
    page = documented()
    for name, metrics in found.items():
        service = name.partition("-")[0]
        of_others = {each for each in WORKERS if each != name}
        known = {
            metric
            for heading, names in SECTIONS.items()
            for metric in page[heading]
            if any(each.partition("-")[0] == service for each in names) and not (len(names) == 1 and names <= of_others)
        }
        assert metrics.keys() <= known, name

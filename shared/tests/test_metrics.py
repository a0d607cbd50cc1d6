"""What is counted, and that callers cannot make the labels grow."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Labels = tuple[str, str, str]


@pytest.fixture
def counted(client: FlaskClient) -> Callable[[], dict[Labels, float]]:
    """Tells how many requests were counted since it was last asked, by method, route and status."""

    def read() -> dict[Labels, float]:
        pattern = r'^quartet_http_requests_total\{method="(.*)",route="(.*)",status="(.*)"\} (.*)$'
        found = re.findall(pattern, client.get("/metrics").text, re.M)
        return {(method, route, status): float(number) for method, route, status, number in found}

    seen = read()

    def since() -> dict[Labels, float]:
        now = read()
        new = {labels: number - seen.get(labels, 0) for labels, number in now.items() if labels[1] != "/metrics"}
        seen.update(now)
        return {labels: number for labels, number in new.items() if number}

    return since


def test_requests_count_by_method_route_and_status(
    client: FlaskClient, counted: Callable[[], dict[Labels, float]]
) -> None:
    for number in range(3):
        client.get(f"/things/{number + 1}")
    client.get("/guarded")
    client.get("/broken")
    assert counted() == {
        ("GET", "/things/<id:thing_id>", "200"): 3,
        ("GET", "/guarded", "401"): 1,
        ("GET", "/broken", "500"): 1,
    }


def test_made_up_paths_and_methods_are_one_label(
    client: FlaskClient, counted: Callable[[], dict[Labels, float]]
) -> None:
    for number in range(5):
        client.get(f"/made-up/{number}")
        client.open("/open", method=f"MADEUP{number}")
    assert counted() == {("GET", "unmatched", "404"): 5, ("other", "unmatched", "405"): 5}


def test_times_are_kept_by_route(client: FlaskClient) -> None:
    client.get("/open")
    text = client.get("/metrics").text
    assert re.search(r'^quartet_http_request_duration_seconds_count\{method="GET",route="/open"\} [1-9]', text, re.M)

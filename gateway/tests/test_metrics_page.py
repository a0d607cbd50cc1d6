"""docs/metrics.md says what the gateway exposes."""

import re

from devtools.tests.documented import documented, exposed
from gateway.tests.platform_under_test import GATEWAY, Gateway
from gateway.tests.scrape import requests_of, when


def test_the_page_names_all_that_there_may_be() -> None:
    made = re.findall(r"\b(gauge|counter|family)\('(\w+)'", (GATEWAY / "njs/metrics.js").read_text())
    names = {f"gateway_{name}_total" if kind == "counter" else f"gateway_{name}" for kind, name in made}
    assert names == documented()["Gateway"].keys()


def test_the_page_names_what_there_is_with_its_labels(gateway: Gateway) -> None:
    gateway.status(gateway.auth.keys[0].token())
    found = exposed(when(gateway, lambda found: requests_of(found, service="counter") >= 1).text)
    page = documented()["Gateway"]
    assert {"gateway_requests_total", "gateway_auth_total", "gateway_request_duration_seconds"} <= found.keys()
    for name, labels in found.items():
        assert labels <= page[name], name

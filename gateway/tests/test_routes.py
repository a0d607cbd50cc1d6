"""Each row of the route table is what nginx does."""

import re

import pytest

from gateway.tests.platform_under_test import GATEWAY, Gateway


def rows() -> list[tuple[str, str, str, str]]:
    lines = (line.split() for line in (GATEWAY / "routes.table").read_text().splitlines())
    found = [line for line in lines if line and not line[0].startswith("#") and line[2] not in {"mailbox", "gateway"}]
    return [(method, line[1], line[2], line[3]) for line in found for method in line[0].split(",")]


@pytest.mark.parametrize(("method", "path", "service", "access"), rows())
def test_a_route_reaches_its_service_with_the_token_it_needs(
    gateway: Gateway, method: str, path: str, service: str, access: str
) -> None:
    concrete = re.sub(r"\{\w+\}", "7", path)
    behind = {"auth": gateway.auth, **gateway.services}[service]
    answer = gateway.request(method, concrete)
    if access == "protected":
        assert answer.status_code == 401
        assert behind.seen == []
        answer = gateway.request(method, concrete, gateway.auth.keys[0].token())
    assert answer.status_code == 200
    if path != "/.well-known/jwks.json":
        assert [(seen.method, seen.path) for seen in behind.seen] == [(method, concrete)]

"""Each row of the route table is what nginx does."""

import re
import shutil
from pathlib import Path

import pytest

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start


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


def writing() -> list[tuple[str, str]]:
    """Every row that writes: by its method, or by the word `writes`."""
    lines = (line.split() for line in (GATEWAY / "routes.table").read_text().splitlines())
    found = [line for line in lines if line and not line[0].startswith("#") and line[2] not in {"mailbox", "gateway"}]
    methods = [(method, line) for line in found for method in line[0].split(",")]
    written = [(m, re.sub(r"\{\w+\}", "7", line[1])) for m, line in methods if m != "GET" or "writes" in line[6:]]
    return [*written, ("HEAD", "/api/count")]


def test_what_writes_is_sent_once_even_when_the_service_breaks_off(start: Start) -> None:
    gateway = start(WORKERS="1")
    token = gateway.auth.keys[0].token()
    for service in gateway.everything:
        service.breaks = {path for _, path in writing()}
    for method, path in writing():
        for reading in ("/api/ping", "/api/products/my", "/api/audit", "/api/vectors/models"):
            gateway.get(reading, token)  # each service has a kept connection now
        assert gateway.request(method, path, token).status_code == 502
        seen = [seen for service in gateway.everything for seen in service.seen if seen.path == path]
        assert [seen.method for seen in seen] == [method]
        for service in gateway.everything:
            service.seen.clear()


def test_what_only_reads_is_asked_again_when_a_kept_connection_breaks(start: Start) -> None:
    gateway = start(WORKERS="1")
    gateway.get("/api/products")
    gateway.services["catalog"].seen.clear()
    gateway.services["catalog"].breaks = {"/api/products/7"}
    assert gateway.get("/api/products/7").status_code == 502
    assert len(gateway.services["catalog"].seen) == 2


def test_each_method_of_a_path_has_its_own_longest_body(start: Start, tmp_path: Path) -> None:
    home = shutil.copytree(GATEWAY, tmp_path / "home", ignore=shutil.ignore_patterns("tests"))
    table = home / "routes.table"
    table.write_text(
        "GET /health/live gateway public public 64k\nGET /health/ready gateway public public 64k\n"
        "GET /first catalog public public 64k\nPOST /first catalog public public 1m\n"
        "POST /last catalog public public 1m\nPUT /last catalog protected user 2k\n"
    )
    gateway = start(home=home)
    token = gateway.auth.keys[0].token()
    limits = {("GET", "/first"): 65536, ("POST", "/first"): 1048576, ("POST", "/last"): 1048576, ("PUT", "/last"): 2048}
    for (method, path), longest in limits.items():
        assert gateway.request(method, path, token, data=b"x" * longest).status_code == 200
        assert gateway.request(method, path, token, data=iter([b"x" * longest])).status_code == 200
        authorization = f"Authorization: Bearer {token}"
        for length in (str(longest + 1), f"000{longest + 1}", "9999999"):
            assert gateway.raw_path(path, authorization, f"Content-Length: {length}", method=method)[0] == 413
        assert gateway.raw_path(path, authorization, f"Content-Length: {'0' * 9}", method=method)[0] == 200
        head = f"{method} {path} HTTP/1.1\r\nHost: a\r\n{authorization}\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert (
            gateway.raw(head.encode() + b"%x\r\n" % (longest + 1) + b"x" * (longest + 1) + b"\r\n0\r\n\r\n")[0] == 413
        )

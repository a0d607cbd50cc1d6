"""HTTP/2 reaches the same routes with the same rules."""

import json
import subprocess

import pytest

from gateway.tests.platform_under_test import Gateway
from gateway.tests.secured import curl, port_of, secure


@pytest.mark.needs("curl")
def test_http_2_reaches_a_service_like_http_1(tls: Gateway) -> None:
    url = f"https://localhost:{port_of(tls)}"
    told = curl(tls, "--include", "-X", "POST", f"{url}/api/auth/login?next=/x", "--json", '{"a": 1}')
    assert told.startswith("HTTP/2 200")
    assert "strict-transport-security: max-age=31536000" in told
    (seen,) = tls.auth.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/api/auth/login?next=/x", b'{"a": 1}')
    assert (seen.header("Host"), seen.header("X-Forwarded-Proto")) == (f"localhost:{port_of(tls)}", "https")


@pytest.mark.needs("curl")
def test_a_body_that_says_nothing_of_itself_reaches_no_service_whose_answers_are_kept(tls: Gateway) -> None:
    url = f"https://localhost:{port_of(tls)}/api/products?limit=7"
    told = curl(tls, "--include", "-X", "GET", "-T", "-", url, body='{"q":1}')
    assert told.startswith("HTTP/2 200")
    (seen,) = tls.services["catalog"].seen
    assert (seen.method, seen.path, seen.body) == ("GET", "/api/products?limit=7", b"")
    assert seen.header("Transfer-Encoding") is None
    assert seen.header("Content-Length") in {None, "0"}


@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    ("path", "arguments", "status", "code"),
    [
        ("/nothing", (), 404, "not_found"),
        ("/api/count", (), 401, "token_missing"),
        ("/api/x/../ping", ("--path-as-is",), 400, "ambiguous_path"),
    ],
)  # fmt: skip
def test_errors_over_http_2_are_problem_documents(
    tls: Gateway, path: str, arguments: tuple[str, ...], status: int, code: str
) -> None:
    told = curl(
        tls,
        "-w",
        "\n%{http_code} %{http_version} %{content_type}",
        *arguments,
        f"https://localhost:{port_of(tls)}{path}",
    )
    body, _, summary = told.rpartition("\n")
    assert summary == f"{status} 2 application/problem+json"
    assert json.loads(body)["code"] == code


FORTY_KIB = [part for n in range(6) for part in ("-H", f"X-{n}: " + "x" * 7000)]


@pytest.mark.needs("curl")
@pytest.mark.parametrize(
    "arguments", [["-H", "X-Long: " + "x" * 12000], ["-H", "Authorization: Bearer " + "x" * 12000], FORTY_KIB]
)
def test_headers_that_are_too_large_end_a_connection_of_http_2(tls: Gateway, arguments: list[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        curl(tls, *arguments, f"https://localhost:{port_of(tls)}/api/ping")
    assert tls.services["counter"].seen == []
    assert secure(tls, "GET", "/api/ping").status_code == 200

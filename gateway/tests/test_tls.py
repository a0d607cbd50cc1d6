"""TLS at a port of its own: what is spoken there, what is refused, and where those are sent who come without."""

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from devtools.certificates import make_authority
from gateway.tests.platform_under_test import DEADLINE, Gateway, Start, problem, running
from gateway.tests.test_entrypoint import check
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

AUTHORITY = make_authority("Gateway tests")
NAMES = ["localhost", "127.0.0.1"]


def certified(folder: Path, names: list[str] = NAMES) -> dict[str, str]:
    """The settings for TLS, with a new certificate in `folder`."""
    certificate, key = AUTHORITY.issue(names)
    for name, text in {"certificate": certificate, "key": key, "authority": AUTHORITY.pem}.items():
        replace(folder / name, text)
    return {
        "TLS_CERTIFICATE": str(folder / "certificate"),
        "TLS_KEY": str(folder / "key"),
        "TLS_PORT": str(free_port()),
    }


def replace(file: Path, text: str) -> None:
    """Put another file in its place: nginx knows by inode and second what has changed."""
    (file.parent / "new").write_text(text)
    (file.parent / "new").rename(file)


@pytest.fixture(scope="module")
def shared_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("tls")
    settings: dict[str, Any] = certified(folder) | {"CORS_ORIGINS": "https://app.example"}
    with running(folder, PUBLIC_URL="https://api.example/", **settings) as gateway:
        yield gateway


@pytest.fixture
def tls(shared_tls: Gateway) -> Gateway:
    for service in shared_tls.everything:
        service.seen.clear()
    return shared_tls


def port_of(gateway: Gateway) -> int:
    return int(gateway.environment["TLS_PORT"])


def secure(gateway: Gateway, method: str, path: str, **options: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(gateway.folder / "authority")
        url = f"https://localhost:{port_of(gateway)}{path}"
        return session.request(method, url, timeout=DEADLINE, allow_redirects=False, **options)


def plain(gateway: Gateway, method: str, path: str, **options: Any) -> requests.Response:
    return gateway.request(method, path, allow_redirects=False, **options)


def context(gateway: Gateway) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=gateway.folder / "authority")


def handshake(gateway: Gateway, offer: ssl.SSLContext, session: ssl.SSLSession | None = None) -> ssl.SSLSocket:
    connection = socket.create_connection(("127.0.0.1", port_of(gateway)), DEADLINE)
    return offer.wrap_socket(connection, server_hostname="localhost", session=session)


def curl(gateway: Gateway, *arguments: str, body: str = "") -> str:
    """What curl prints of a request over HTTP/2; `body` is what it reads."""
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--http2",
        "--cacert",
        str(gateway.folder / "authority"),
    ]
    done = subprocess.run(
        [*command, *arguments], input=body, capture_output=True, text=True, check=True, timeout=DEADLINE
    )
    return done.stdout


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(tls: Gateway, version: ssl.TLSVersion) -> None:
    offer = context(tls)
    offer.minimum_version = offer.maximum_version = version
    with handshake(tls, offer) as connection:
        assert connection.version() == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_versions_are_refused(tls: Gateway, version: ssl.TLSVersion) -> None:
    offer = context(tls)
    offer.set_ciphers("ALL:@SECLEVEL=0")
    offer.minimum_version = offer.maximum_version = version
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"):
        handshake(tls, offer)


@pytest.mark.parametrize(
    "ciphers", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA256", "AES256-CCM", "NULL"]
)
def test_ciphers_without_forward_secrecy_or_authentication_are_refused(tls: Gateway, ciphers: str) -> None:
    offer = context(tls)
    offer.maximum_version = ssl.TLSVersion.TLSv1_2
    offer.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
        handshake(tls, offer)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_resumed_by_any_worker(tls: Gateway, version: ssl.TLSVersion) -> None:
    offer = context(tls)
    offer.minimum_version = offer.maximum_version = version
    with handshake(tls, offer) as first:
        first.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        first.recv(4096)
        session = first.session
    for _ in range(6):
        with handshake(tls, offer, session) as again:
            assert again.session_reused


@pytest.mark.parametrize(
    ("offered", "chosen"), [(["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), (["spdy"], None)]
)
def test_alpn_chooses_http_2_where_the_client_knows_it(tls: Gateway, offered: list[str], chosen: str | None) -> None:
    offer = context(tls)
    offer.set_alpn_protocols(offered)
    if chosen is None:
        with pytest.raises(ssl.SSLError):
            handshake(tls, offer)
        return
    with handshake(tls, offer) as connection:
        assert connection.selected_alpn_protocol() == chosen


SAME = [
    "/api/ping",
    "/api/count",
    "/api/products",
    "/nothing",
    "/health",
    "/health/live",
    "/",
    "/api/auth/confirm?x=1",
    "/docs",
]


@pytest.mark.parametrize("path", SAME)
def test_what_the_plain_server_answers_the_tls_one_answers_alike(tls: Gateway, gateway: Gateway, path: str) -> None:
    over_tls, without = secure(tls, "GET", path), plain(gateway, "GET", path)
    own = {"Date", "X-Request-ID", "Content-Length", "Last-Modified", "ETag", "Expires"}
    assert over_tls.status_code == without.status_code
    assert over_tls.headers.pop("Strict-Transport-Security") == "max-age=31536000"
    assert {name: value for name, value in over_tls.headers.items() if name not in own} == {
        name: value for name, value in without.headers.items() if name not in own
    }


def test_a_protected_route_and_its_service_see_https(tls: Gateway) -> None:
    assert problem(secure(tls, "GET", "/api/count"))["code"] == "token_missing"
    headers = {"Authorization": f"Bearer {tls.auth.keys[0].token(sub='ada')}"}
    assert secure(tls, "GET", "/api/count", headers=headers).status_code == 200
    (seen,) = tls.services["counter"].seen
    assert (seen.header("X-Forwarded-Proto"), seen.header("X-User-Id")) == ("https", "ada")
    assert seen.header("Host") == seen.header("X-Forwarded-Host") == f"localhost:{port_of(tls)}"


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


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/ping", "/api/auth/login?next=/a%20b&x=//evil", "/nothing", "/docs/"])
def test_without_tls_one_is_sent_there_with_method_path_and_query(tls: Gateway, method: str, path: str) -> None:
    answer = plain(tls, method, path, data="body")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://api.example{path}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert all(service.seen == [] for service in tls.everything)


@pytest.mark.parametrize(
    "lines",
    [
        ["GET / HTTP/1.1", "Host: evil.example"],
        ["GET http://evil.example/ HTTP/1.1", "Host: evil.example"],
        ["GET / HTTP/1.1", "Host: a", "X-Forwarded-Host: evil.example"],
        ["GET / HTTP/1.0"],
        ["GET / HTTP/1.1", "Host: api.example@evil.example"],
    ],
)
def test_nothing_that_a_client_says_decides_where_it_is_sent(tls: Gateway, lines: list[str]) -> None:
    status, headers, _ = tls.raw("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    assert (status, headers.get("location")) in {(308, "https://api.example/"), (400, None)}


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example", "/%0d%0aLocation:%20https://evil.example", "@evil"]
)
def test_a_path_that_would_be_refused_is_sent_nowhere(tls: Gateway, path: str) -> None:
    status, headers, _ = tls.raw_path(path)
    assert status == 400
    assert "location" not in headers


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_probes_need_no_tls(tls: Gateway, path: str) -> None:
    assert plain(tls, "GET", path).json()["status"] == "ok"


def test_plain_http_at_the_tls_port_is_a_problem_document(tls: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", port_of(tls)), DEADLINE) as connection:
        connection.sendall(b"GET /api/ping?secret HTTP/1.1\r\nHost: a\r\n\r\n")
        with http.client.HTTPResponse(connection) as answer:
            answer.begin()
            document = json.loads(answer.read())
            assert (answer.status, document["code"]) == (400, "https_expected")
            assert answer.getheader("Content-Type") == "application/problem+json"
            assert answer.getheader("X-Request-ID") == document["request_id"]
            assert answer.getheader("Strict-Transport-Security") is None


def test_without_a_public_address_the_clients_host_is_kept_and_judged(start: Start, tmp_path: Path) -> None:
    gateway = start(**certified(tmp_path))
    end = f":{port_of(gateway)}/api/ping?x=1"
    for host, kept in {
        "Example.COM:8080": "Example.COM",
        "127.0.0.1": "127.0.0.1",
        "[::1]:80": "[::1]",
        "a_b.example.": "a_b.example",
    }.items():
        status, headers, _ = gateway.raw(
            f"GET /api/ping?x=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        )
        assert (status, headers["location"]) == (308, f"https://{kept}{end}")
    target = "http://evil.example/api/ping?x=1"
    _, headers, _ = gateway.raw(f"GET {target} HTTP/1.1\r\nHost: good.example:80\r\nConnection: close\r\n\r\n".encode())
    assert headers["location"] == f"https://good.example{end}"
    for host in ("good@evil.example", "a,b", "a\\b", "a%2fb", "a?b", "a#b", "é"):
        status, headers, body = gateway.raw(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert (status, headers.get("location")) == (400, None), host
        assert json.loads(body)["code"] == "malformed_request"


def test_hsts_is_a_setting_and_can_be_taken_back(start: Start, tmp_path: Path) -> None:
    gateway = start(HSTS_MAX_AGE="0", HSTS_SUBDOMAINS="on", **certified(tmp_path))
    for path in ("/api/ping", "/nothing", "/api/count"):
        assert secure(gateway, "GET", path).headers["Strict-Transport-Security"] == "max-age=0; includeSubDomains"


def test_a_service_cannot_set_hsts(start: Start, tmp_path: Path) -> None:
    gateway = start(**certified(tmp_path))
    gateway.services["counter"].answers["/api/ping"] = (200, {"Strict-Transport-Security": "max-age=1; preload"}, b"{}")
    assert secure(gateway, "GET", "/api/ping").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_hsts_follows_a_trusted_proxy_that_ends_tls(start: Start) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1")
    for told, sent in {"https": "max-age=31536000", "http": None, "": None, "https, http": None, "evil": None}.items():
        answer = gateway.get("/api/ping", headers={"X-Forwarded-Proto": told})
        assert answer.headers.get("Strict-Transport-Security") == sent, told


def test_nobody_else_is_believed_about_tls(gateway: Gateway, tls: Gateway) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in gateway.get("/api/ping", headers=headers).headers
    assert plain(tls, "GET", "/api/ping", headers=headers).status_code == 308


def test_who_came_by_https_to_a_trusted_proxy_is_not_sent_there_again(start: Start, tmp_path: Path) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1", PUBLIC_URL="https://api.example", **certified(tmp_path))
    assert plain(gateway, "GET", "/api/ping", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert secure(gateway, "GET", "/api/ping", headers={"X-Forwarded-Proto": "http"}).status_code == 308


def test_the_host_that_a_trusted_proxy_tells_is_where_one_is_sent(start: Start, tmp_path: Path) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1", **certified(tmp_path))
    answer = plain(gateway, "GET", "/api/ping", headers={"X-Forwarded-Host": "api.example:80"})
    assert answer.headers["Location"] == f"https://api.example:{port_of(gateway)}/api/ping"


def test_a_reload_takes_up_a_new_certificate(start: Start, tmp_path: Path) -> None:
    gateway = start(**certified(tmp_path))

    def names() -> set[str]:
        with handshake(gateway, context(gateway)) as connection:
            certificate: Any = connection.getpeercert()
            return {name for _, name in certificate["subjectAltName"]}

    assert names() == set(NAMES)
    certified(tmp_path, ["localhost", "127.0.0.1", "new.example"])
    gateway.signal(signal.SIGHUP)
    eventually(lambda: "new.example" in names())
    replace(tmp_path / "key", "broken")
    gateway.signal(signal.SIGHUP)
    eventually(lambda: "cannot load certificate key" in (tmp_path / "error.log").read_text())
    assert "new.example" in names()


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"TLS_KEY": ""}, "TLS_CERTIFICATE is set, and TLS_KEY is not"),
        ({"TLS_CERTIFICATE": ""}, "TLS_KEY is set, and TLS_CERTIFICATE is not"),
        ({"TLS_KEY": "/no/such/file"}, "TLS_KEY"),
        ({"TLS_CERTIFICATE": "/"}, "TLS_CERTIFICATE"),
        ({"TLS_CERTIFICATE": "certificate"}, "TLS_CERTIFICATE"),
        ({"TLS_CERTIFICATE": '/a"; }'}, "TLS_CERTIFICATE"),
        ({"TLS_PORT": "8080"}, "TLS_PORT"),
        ({"TLS_PORT": "0"}, "TLS_PORT"),
        ({"HSTS_MAX_AGE": "1 year"}, "HSTS_MAX_AGE"),
        ({"HSTS_SUBDOMAINS": "yes"}, "HSTS_SUBDOMAINS"),
        ({"PUBLIC_URL": "http://localhost"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://a/$host"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://a@b"}, "PUBLIC_URL"),
    ],
)
def test_a_setting_that_is_wrong_is_told_in_one_line(tmp_path: Path, broken: dict[str, str], named: str) -> None:
    result = check(tmp_path, **(certified(tmp_path) | broken))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (64, "", 1)
    assert result.stderr.startswith(f"gateway: {named}")


def test_a_key_of_another_certificate_is_told_in_one_line(tmp_path: Path) -> None:
    settings = certified(tmp_path)
    (tmp_path / "key").write_text(AUTHORITY.issue(NAMES)[1])
    result = check(tmp_path, **settings)
    assert (result.returncode, result.stderr.count("\n")) == (78, 1)
    assert "key values mismatch" in result.stderr


def test_a_key_under_a_passphrase_is_told_and_not_asked_for(tmp_path: Path) -> None:
    settings = certified(tmp_path)
    (tmp_path / "key").write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    result = check(tmp_path, **settings)
    assert (result.returncode, result.stderr.count("\n")) == (64, 1)
    assert re.search("TLS_KEY.*passphrase", result.stderr)

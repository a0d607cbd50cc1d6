"""TLS: versions, ciphers, sessions, certificates."""

import signal
import ssl
from pathlib import Path
from typing import Any

import pytest

from gateway.tests.platform_under_test import Gateway, Start, problem
from gateway.tests.secured import NAMES, certified, context, handshake, plain, port_of, replace, secure
from quartet.testing.waiting import eventually


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

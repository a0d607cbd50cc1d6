"""Who calls: what is believed of X-Forwarded-* and from whom."""

from collections.abc import Iterator

import pytest

from gateway.tests.platform_under_test import Gateway, running

TRUSTED = "127.0.0.1, 10.0.0.0/8,2001:db8:99::/48"
PROXY = "127.0.0.1"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("proxied"), TRUSTED_PROXIES=TRUSTED) as gateway:
        yield gateway


def told(gateway: Gateway, *headers: str) -> dict[str, str]:
    """What the service is told, when a client sends these headers."""
    gateway.services["counter"].seen.clear()
    gateway.raw_path("/api/ping", *headers)
    (seen,) = gateway.services["counter"].seen
    return dict(seen.headers)


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3, 10.3.2.1", "203.0.113.9"),
        ("1.2.3.4, 10.1.2.3, 203.0.113.9, 10.3.2.1", "203.0.113.9"),
        ("203.0.113.9,10.1.2.3", "203.0.113.9"),
        ("  203.0.113.9  ,  10.1.2.3 ,", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7, 2001:db8:99::1, 10.1.2.3", "2001:db8::7"),
        ("10.1.2.3", "10.1.2.3"),
        ("evil, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, evil", PROXY),
        ("203.0.113.9, evil, 10.1.2.3", "10.1.2.3"),
        ("evil", PROXY),
        ("unknown", PROXY),
        ("203.0.113.999", PROXY),
        ("203.0.113", PROXY),
        ("for=203.0.113.9", PROXY),
        ("", PROXY),
        (",", PROXY),
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxys(
    proxied: Gateway, forwarded: str, client: str
) -> None:
    assert told(proxied, f"X-Forwarded-For: {forwarded}")["X-Forwarded-For"] == client


def test_the_header_may_come_in_several_lines(proxied: Gateway) -> None:
    lines = [f"X-Forwarded-For: {part}" for part in ("1.2.3.4", "203.0.113.9, 10.1.2.3", "10.3.2.1")]
    assert told(proxied, *lines)["X-Forwarded-For"] == "203.0.113.9"


def test_other_headers_about_the_address_are_no_matter(proxied: Gateway) -> None:
    others = ["X-Real-IP: 6.6.6.6", "Forwarded: for=6.6.6.6", "X-Client-IP: 6.6.6.6", "X_Forwarded_For: 6.6.6.6"]
    assert told(proxied, *others)["X-Forwarded-For"] == PROXY


@pytest.mark.parametrize(
    ("headers", "scheme", "host"),
    [
        (["X-Forwarded-Proto: https", "X-Forwarded-Host: api.example"], "https", "api.example"),
        (["X-Forwarded-Host: [2001:db8::1]:8443"], "http", "[2001:db8::1]:8443"),
        (["X-Forwarded-Proto: wss", "X-Forwarded-Host: a b"], "http", "gateway.test"),
        (["X-Forwarded-Proto: https", "X-Forwarded-Proto: http"], "http", "gateway.test"),
        (["X-Forwarded-Host: a.example", "X-Forwarded-Host: b.example"], "http", "gateway.test"),
        (["X-Forwarded-Host: a.example/evil?x#y"], "http", "gateway.test"),
        (["X-Forwarded-Host: user@a.example"], "http", "gateway.test"),
    ],
)
def test_scheme_and_host_are_believed_where_they_can_be_such(
    proxied: Gateway, headers: list[str], scheme: str, host: str
) -> None:
    seen = told(proxied, *headers)
    assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-Host"], seen["Host"]) == (scheme, host, host)


def test_a_proxy_that_is_not_listed_is_not_believed(gateway: Gateway) -> None:
    headers = ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: api.example"]
    seen = told(gateway, *headers)
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"], seen["Host"]) == (PROXY, "http", "gateway.test")


@pytest.mark.parametrize(
    "preamble", [b"PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\n", b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c"]
)
def test_the_proxy_protocol_is_not_spoken(proxied: Gateway, preamble: bytes) -> None:
    proxied.services["counter"].seen.clear()
    status, _, _ = proxied.raw(preamble + b"GET /api/ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert status == 400
    assert proxied.services["counter"].seen == []

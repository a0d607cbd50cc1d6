"""Strict-Transport-Security is the gateway's own, and a setting."""

from pathlib import Path

from gateway.tests.platform_under_test import Gateway, Start
from gateway.tests.secured import certified, plain, secure


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

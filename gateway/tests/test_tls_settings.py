"""A certificate or key that is wrong is told in one line."""

import re
from pathlib import Path

import pytest

from gateway.tests.secured import AUTHORITY, NAMES, certified
from gateway.tests.test_entrypoint import check


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

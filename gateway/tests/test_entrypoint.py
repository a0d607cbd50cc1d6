"""The entrypoint refuses settings that nginx would read as something else, and names them."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools.binaries import find_nginx
from gateway.tests.platform_under_test import GATEWAY


def check(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "NGINX": find_nginx(),
        "RUN_DIR": str(folder / "run"),
        "INTERNAL_SECRET": "entrypoint-tests-secret",
        **settings,
    }
    return subprocess.run(
        [str(GATEWAY / "entrypoint.sh"), "check"], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN_ISSUER", 'a"; } server { listen 1; } map "" $x { default "'),
        ("TOKEN_ISSUER", "a\nb"), ("TOKEN_ISSUER", "a'b"), ("TOKEN_ISSUER", "$host"), ("TOKEN_ISSUER", "a\\b"),
        ("TOKEN_AUDIENCE", "{x}"), ("TOKEN_AUDIENCE", "é"), ("TOKEN_ALGORITHMS", "none"), ("TOKEN_ALGORITHMS",
        "ES256 HS256"),
        ("PORT", "0"), ("PORT", "65536"), ("PORT", "80a"), ("PORT", "8080\n8081"), ("PORT", "8080;"), ("HOST", "a b"),
        ("INTERNAL_PORT", "-1"), ("AUTH_UPSTREAM", ""), ("AUTH_UPSTREAM", "auth"), ("CATALOG_UPSTREAM",
        "http://catalog:80"),
        ("COUNTER_UPSTREAM", "c:80;"), ("FEED_STALE", "maybe"), ("FEED_MAX_AGE", "0"), ("FEED_MAX_AGE", "1m"),
        ("RATE_LIMIT_FACTOR", "-1"), ("RATE_LIMIT_FACTOR", "x"), ("LIMIT_PUBLIC", "10"), ("LIMIT_STRICT", "10r/h"),
        ("LIMIT_USER", "0r/s"), ("CORS_ORIGINS", "*"), ("CORS_ORIGINS", "https://a.example/path"), ("CORS_ORIGINS",
        'https://a"'),
        ("TRUSTED_PROXIES", "10.0.0.0/8; deny all"), ("RESOLVER", "1.1.1.1; #"), ("WORKERS", "auto;"),
        ("REVOCATIONS_SIZE", "16"), ("LEGACY", "no"),
        ("NGINX_MODULES", "/a.so;"), ("INTERNAL_SECRET", ""), ("INTERNAL_SECRET", "a b"), ("INTERNAL_SECRET", "a\nb"),
        ("NGINX", "/no/such/nginx"), ("ACCESS_LOG", "/a b"), ("UPSTREAM_TIMEOUT", "30s"),
        ("CATALOG_UPSTREAM", "a:1 b"), ("CATALOG_UPSTREAM", "a:1,,b:0"), ("CATALOG_UPSTREAM", ","),
        ("CACHE_SIZE", "64"),
        ("CACHE_KEYS_SIZE", "0m"), ("LIMIT_CONNECTIONS", "0"), ("CLIENT_HEADER_TIMEOUT", "10s"),
        ("CLIENT_BODY_TIMEOUT", "0"), ("CLIENT_SEND_TIMEOUT", "-1"), ("SHUTDOWN_TIMEOUT", "x"), ("RUN_DIR", "/a\nb"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    result = check(tmp_path, **{name: value})
    assert result.returncode == 64
    assert name in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_secret_may_come_from_a_file_and_is_never_written(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file-0123456789\n")
    result = check(tmp_path, INTERNAL_SECRET="", INTERNAL_SECRET_FILE=str(secret))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    rendered = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert rendered
    assert all("from-a-file" not in path.read_text(errors="replace") for path in rendered)
    assert check(tmp_path, INTERNAL_SECRET="", INTERNAL_SECRET_FILE="/no/such/file").returncode == 64


def test_odd_but_good_settings_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "a folder; with % {signs}"
    folder.mkdir()
    result = check(
        tmp_path, RUN_DIR=str(folder), HOST="[::]", AUTH_UPSTREAM="auth.quartet.svc:80",
        CATALOG_UPSTREAM="one:1, two:2 [::1]:3", RESOLVER="127.0.0.11 [::1]",
        CORS_ORIGINS="https://a.example, http://localhost:5173", TRUSTED_PROXIES="10.0.0.0/8,::1",
        TOKEN_ISSUER="https://id.example/",
        TOKEN_ALGORITHMS="ES256 RS256", RATE_LIMIT_FACTOR="0.001", WORKERS="1",
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")


def test_no_file_that_lies_about_changes_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("1:5001", "1"):
        (tmp_path / name).touch()
    result = check(tmp_path, AUTH_UPSTREAM="[::1]:5001", RESOLVER="[::1]")
    assert (result.returncode, result.stderr) == (0, "")
    rendered = (tmp_path / "run/conf.d/upstreams.conf").read_text()
    assert "server [::1]:5001 " in rendered
    assert "resolver [::1] " in rendered


def test_the_folder_that_runs_is_nobody_elses(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 0
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
    (tmp_path / "run").chmod(0o755)
    assert check(tmp_path).returncode == 0
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_link_that_somebody_put_there_is_not_followed(tmp_path: Path, slash: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    result = check(tmp_path, RUN_DIR=f"{tmp_path}/link{slash}")
    assert (result.returncode, result.stderr.count("\n")) == (64, 1)
    assert "RUN_DIR" in result.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o777)
    os.chown(tmp_path / "run", 12345, -1)
    result = check(tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (64, 1)
    assert "RUN_DIR" in result.stderr
    assert list((tmp_path / "run").iterdir()) == []


def test_what_nginx_refuses_is_one_line_too(tmp_path: Path) -> None:
    result = check(tmp_path, TRUSTED_PROXIES="10.0.0.999")
    assert result.returncode == 78
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "row",
    [
        "GET /x auth public",
        "GET /x auth open public 64k",
        "GET /x{ auth public none 64k",
        "get /x auth public public 1",
        "GET /x auth public public 64k caches",
        "GET /x auth public public 64k writes cached",
        "GET /x auth public public 64k cache=",
        "GET /x auth public public 64k cache=a,",
        "GET /x auth public public 64k cache=a;b",
        "GET /x auth public public 64k writes cache",
        "GET,POST /x auth public public 64k cache",
        "GET /x auth protected user 64k cache",
        "GET /x auth public public 64k streams",
        "GET /x auth public public 64k timeout=0",
        "GET /x auth public public 64k timeout=10s",
        "GET /x auth public public 64k timeout",
    ],
)
def test_a_broken_row_of_the_table_is_refused(tmp_path: Path, row: str) -> None:
    table = tmp_path / "routes.table"
    table.write_text(row + "\n")
    result = subprocess.run(
        ["awk", "-f", str(GATEWAY / "routes.awk"), str(table)],
        env={"AUTH_UPSTREAM": "a:1", "PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 65
    assert "routes.table:1:" in result.stderr

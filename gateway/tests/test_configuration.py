"""The configuration as rendered for each way of running: nginx takes it, and gixy finds nothing that is not waived.

`make gateway-check` runs this alone.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devtools.binaries import find_nginx
from gateway.tests.bare_nginx import ENGINES, Bare
from gateway.tests.platform_under_test import GATEWAY

NO_UPSTREAMS = {f"{name}_UPSTREAM": "" for name in ("CATALOG", "COUNTER", "VECTORS", "MAILBOX")}
VARIANTS: dict[str, dict[str, str]] = {
    "plain": {},
    "auth alone": NO_UPSTREAMS,
    "mailbox": {"MAILBOX_UPSTREAM": "127.0.0.1:5005"},
    "TLS": {"TLS_CERTIFICATE": "certificate.pem", "TLS_KEY": "key.pem", "PUBLIC_URL": "https://quartet.example"},
    "pages of other origins": {
        "CORS_ORIGINS": "https://app.example, http://localhost:5173",
        "BROWSER_ORIGINS": "https://app.example",
    },
    "behind proxies": {"TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32", "HOST": "[::]", "RESOLVER": "10.0.0.2 [::1]"},
    "closed and quiet": {"FEED_STALE": "closed", "ACCESS_LOG": "off", "TOKEN_ALGORITHMS": "ES256 RS256"},
    "limits": {"LIMIT_USER": "1r/s", "LIMIT_REFUSED": "1r/m", "RATE_LIMIT_FACTOR": "0.5"},
}

# What gixy finds and is meant so: the rule, a part of what it points at, and why.
WAIVED = [
    (
        "worker_rlimit_nofile_vs_connections",
        "worker_connections 4096",
        "entrypoint.sh raises the limit as far as it may; nginx would log an alert where it may not",
    ),
    ("try_files_is_evil_too", "index.html", "two small pages that are seldom asked for"),
    ("proxy_pass_normalized", "/health/ready;", "the path is fixed; nothing of the client's is in it"),
    (
        "http_splitting",
        "rewrite ^ $rewritten_path last",
        "a path with a control character is refused before; and nginx escapes a path that was changed",
    ),
]


def rendered(folder: Path, **settings: str) -> Path:
    """The folder of a gateway with these settings, which nginx has tested."""
    files = {name: str(certificate(folder) / name) for name in ("certificate.pem", "key.pem")}
    environment = {
        "PATH": os.environ["PATH"],
        "NGINX": find_nginx(),
        "RUN_DIR": str(folder / "run"),
        "INTERNAL_SECRET": "configuration-tests-secret",
        **{name: files.get(value, value) for name, value in settings.items()},
    }
    result = subprocess.run(
        [str(GATEWAY / "entrypoint.sh"), "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    return folder / "run"


def certificate(folder: Path) -> Path:
    if not (folder / "key.pem").exists():
        make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        out = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
        subprocess.run(["openssl", *make.split(), *out], capture_output=True, check=True)
    return folder


def found(folder: Path) -> list[dict[str, Any]]:
    """What gixy finds in the configuration there."""
    result = subprocess.run(
        [sys.executable, "-m", "gixy", "-f", "json", str(folder / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode in {0, 1}, result.stderr
    findings: list[dict[str, Any]] = json.loads(result.stdout or "[]")
    assert (result.returncode == 0) == (findings == [])
    return findings


def waived(finding: dict[str, Any]) -> bool:
    return any(finding["plugin"] == rule and part in finding["config"] for rule, part, _ in WAIVED)


@pytest.mark.parametrize("variant", VARIANTS)
def test_gixy_finds_nothing_that_is_not_waived(tmp_path: Path, variant: str) -> None:
    findings = found(rendered(tmp_path, **VARIANTS[variant]))
    assert [
        (finding["plugin"], finding["reason"], finding["config"]) for finding in findings if not waived(finding)
    ] == []


def test_what_is_waived_is_still_found(tmp_path: Path) -> None:
    findings = found(rendered(tmp_path))
    for rule, part, _ in WAIVED:
        assert any(finding["plugin"] == rule and part in finding["config"] for finding in findings), rule


def imports(*modules: Path) -> str:
    """A server with these modules; without one nginx would not read them."""
    lines = " ".join(f"js_import m{number} from {module};" for number, module in enumerate(modules))
    return f"server {{ {lines} }}"


@pytest.mark.parametrize("engine", ENGINES)
def test_every_njs_reads_every_module(tmp_path: Path, engine: str | None) -> None:
    result = Bare(tmp_path, engine).test(imports(*sorted((GATEWAY / "njs").glob("*.js"))))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", ["export default {", "import m from './none.js'; export default {};"])
def test_a_module_that_njs_cannot_read_is_noticed(tmp_path: Path, engine: str | None, text: str) -> None:
    (tmp_path / "broken.js").write_text(text)
    result = Bare(tmp_path, engine).test(imports(tmp_path / "broken.js"))
    assert result.returncode != 0

"""A gateway with a certificate, and calls over TLS."""

import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import requests

from devtools.certificates import make_authority
from gateway.tests.platform_under_test import DEADLINE, Gateway
from quartet.testing.ports import free_port

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

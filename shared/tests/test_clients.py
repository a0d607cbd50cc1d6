"""The caller's address: believed from the gateway, from nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask

from quartet import clients
from quartet.settings import Settings


class AnySettings(Settings):
    service = "any"


@pytest.fixture
def address_of() -> Callable[..., str]:
    """The address that is found behind a peer which sends some X-Forwarded-For."""
    app = Flask("any")
    clients.init_app(app, AnySettings(gateway_networks="10.1.0.0/16, fd00::7"))

    def find(peer: str | None, forwarded: str | None = None) -> str:
        headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
        with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
            return clients.client_address()

    return find


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "2001:DB8:0:0::1", "2001:db8::1"),
        ("fd00::7", "198.51.100.7", "198.51.100.7"),
        ("::ffff:10.1.2.3", "::ffff:198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "unknown", "10.1.2.3"),
        ("10.1.2.3", "198.51.100.7:1234<script>", "10.1.2.3"),
    ],
)
def test_the_gateway_is_believed(address_of: Callable[..., str], peer: str, forwarded: str, found: str) -> None:
    assert address_of(peer, forwarded) == found


@pytest.mark.parametrize("peer", ["198.51.100.8", "10.2.0.1", "fd00::8", "2001:db8::5"])
def test_nobody_else_is(address_of: Callable[..., str], peer: str) -> None:
    assert address_of(peer, "203.0.113.9") == peer


def test_without_a_peer_there_is_no_address(address_of: Callable[..., str]) -> None:
    assert address_of(None, "203.0.113.9") == ""

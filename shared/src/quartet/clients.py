"""Who is at the other end of the connection, as far as that can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, current_app, request

from quartet.settings import Settings

KEY = "quartet.gateway_networks"


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions[KEY] = [ip_network(each) for each in settings.gateway_networks]


def client_address() -> str:
    """Return the address of the caller; "" where there is none, as over a Unix socket.

    The gateway writes X-Forwarded-For anew, with the one address that it believes. From anybody else the header is
    worth nothing, and so are all entries but the last, which is the gateway's.
    """
    peer = _plain(request.remote_addr or "")
    if peer and any(ip_address(peer) in network for network in current_app.extensions[KEY]):
        return _plain(request.headers.get("X-Forwarded-For", "").rpartition(",")[2]) or peer
    return peer


def _plain(text: str) -> str:
    """Return an address as it is usually written, an IPv4 one also where IPv6 wraps it; "" for what is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    return str((address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address)

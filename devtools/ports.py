"""Which ports the parts of a platform listen on."""

import os
import socket

from devtools.given import Given
from devtools.parts import COMMANDS
from devtools.problem import Problem

# Each listener of a platform, and the setting that gives it a port.
LISTENERS = {
    "gateway": "PORT",
    "gateway-tls": "TLS_PORT",
    "gateway-internal": "INTERNAL_PORT",
    "gateway-metrics": "METRICS_PORT",
} | {part: part.upper().replace("-", "_") + "_PORT" for part in (*COMMANDS, "valkey", "ses", "mailbox")}
# Those that people know, with the port that they have by default. They listen at HOST.
PUBLIC = {"gateway": 8080, "gateway-tls": 8443}

# Below the ranges that Linux and macOS take for outgoing connections: none of those can occupy the port of a
# program that is down for a moment.
LOWEST, BLOCKS, BLOCK_SIZE = 15_000, 1_009, 16


def choose_ports(given: Given) -> dict[str, int]:
    """A port for every listener: that of its setting where given (0: any free one), else 8080 for the gateway, 8443
    for its TLS, and free loopback ports for the rest.

    Raises Problem naming the setting whose port is in use.
    """
    free = iter(free_block())
    ports = {}
    for part, setting in LISTENERS.items():
        if part == "gateway-tls" and not given.tls:
            continue
        port = given.number(setting, PUBLIC.get(part, 0))
        if port > 65_535:
            raise Problem(f"{setting}: {port} is no port.")
        host = given.host if part in PUBLIC else "127.0.0.1"
        if port and not is_free(host, port):
            raise Problem(
                f"Port {port} is in use; choose another with {setting}, for example: {setting}=18080 make run"
            )
        ports[part] = port or next(free)
    return ports


def free_block() -> range:
    """Neighbouring free ports, where to look first depending on the process id: two platforms started at the same
    moment on one machine look in different places."""
    for attempt in range(BLOCKS):
        lowest = LOWEST + (os.getpid() + 61 * attempt) % BLOCKS * BLOCK_SIZE
        block = range(lowest, lowest + BLOCK_SIZE)
        if all(is_free("127.0.0.1", port) for port in block):
            return block
    raise Problem(f"No {BLOCK_SIZE} neighbouring free ports from {LOWEST} on.")


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise Problem(f"HOST: {host!r} is no address of this machine.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True

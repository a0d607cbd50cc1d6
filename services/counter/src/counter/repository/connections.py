"""Clients of each kind of Redis, which send what they are told to send once.

redis-py retries by default, after time-outs too, at four places: in a connection, in a cluster's client, in a pipeline
of a cluster, and when it asks Sentinels. The first two are told not to, here and in `cluster.py`, which refuses the
third; the last only reads, and is told not to for the sake of time.

A pooled connection that Redis has closed meanwhile is found out before anything is sent: redis-py looks, without
waiting, whether its socket is readable, as after a close, and connects anew. That costs a system call and no round
trip. What else is readable there is nobody's answer, and ends the connection too; with RESP3, redis-py would keep it.
"""

import copy
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool, SSLConnection
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection

from counter.repository.cluster import Cluster
from counter.repository.redis_urls import RedisAddress

TIMEOUT = 1.0
"""Seconds for which a connection may take to be made, and an answer to come."""
SENTINEL_TIMEOUT = 0.5
"""The same for each Sentinel, of which one after the other is asked."""


def connect(address: RedisAddress, tls_ca: Path | None = None, timeout: float = TIMEOUT) -> Redis:
    """Return a client; that of a cluster asks for the cluster's nodes at once, the others connect when they are used.

    Raises:
        RedisError, RedisClusterException: no node of the cluster answers.
    """
    options = _options(address, tls_ca, timeout)
    match address.kind:
        case "standalone":
            ((host, port),) = address.hosts
            kind = SSLConnection if address.tls else Connection
            pool = ConnectionPool(connection_class=kind, host=host, port=port, db=address.db, retry=once(), **options)
            return Redis(connection_pool=pool)
        case "sentinel":
            return _master(address, options)
        case "cluster":
            cluster: Any = Cluster(address.hosts, ssl=address.tls, **options)
            return cluster  # type: ignore[no-any-return]  # it has the commands of Redis


def once() -> Retry:
    return Retry(NoBackoff(), 0)


def _options(address: RedisAddress, tls_ca: Path | None, timeout: float) -> dict[str, Any]:
    options = {
        "username": address.username,
        "password": address.password,
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "socket_keepalive": True,
        "protocol": 2,
        "decode_responses": True,
        "driver_info": None,  # it would be told to Redis in two more round trips
    }
    if address.tls and tls_ca is not None:
        options["ssl_ca_certs"] = str(tls_ca)
    return options


def _master(address: RedisAddress, options: dict[str, Any]) -> Redis:
    sentinels: Any = Sentinels(  # type: ignore[no-untyped-call]
        address.hosts,
        sentinel_kwargs=options
        | {
            "username": address.sentinel_username,
            "password": address.sentinel_password,
            "socket_timeout": SENTINEL_TIMEOUT,
            "socket_connect_timeout": SENTINEL_TIMEOUT,
            "ssl": address.tls,
            "retry": once(),
        },
        db=address.db,
        retry=once(),
        connection_class=MasterTLSConnection if address.tls else MasterConnection,
        **options,
    )
    client: Redis = sentinels.master_for(address.master)
    return client


class Sentinels(Sentinel):
    """Sentinels whose order many threads may change: redis-py's own change of it can lose one."""

    def discover_master(self, service_name: str) -> tuple[str, int]:
        mine = copy.copy(self)
        mine.sentinels = list(self.sentinels)
        address: tuple[str, int] = Sentinel.discover_master(mine, service_name)  # type: ignore[no-untyped-call]
        self.sentinels = mine.sentinels
        return address


class MasterConnection(SentinelManagedConnection):
    """A connection that ends with whatever interrupts it, so that no answer waits there for the next question."""

    def read_response(self, *args: Any, disconnect_on_error: bool | None = True, **kwargs: Any) -> Any:
        return super().read_response(*args, disconnect_on_error=disconnect_on_error, **kwargs)


class MasterTLSConnection(MasterConnection, SSLConnection):
    pass

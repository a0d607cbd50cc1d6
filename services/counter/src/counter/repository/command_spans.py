"""Spans of what Redis is asked, by the command's name alone: keys hold names of users and of counters."""

from functools import cache
from typing import Any

from redis import Redis

from quartet import tracing


@cache
def watch() -> None:
    """Have each command be a span within that of its request; those of a cluster's nodes come this way, too."""
    kind: Any = Redis
    ask = kind.execute_command

    def traced(redis: Any, *command: Any, **options: Any) -> Any:
        place = redis.connection_pool.connection_kwargs
        with tracing.span(str(command[0]), _attributes(str(command[0]), place.get("host"), place.get("port"))):
            return ask(redis, *command, **options)

    kind.execute_command = traced


@cache
def _attributes(name: str, host: str | None, port: int | None) -> tracing.Attributes:
    told: dict[str, str | int] = {"db.system.name": "redis", "db.operation.name": name}
    return told | ({"server.address": host, "server.port": port} if host and port else {})

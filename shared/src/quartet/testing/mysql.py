"""A real MySQL in a container, for tests of what only MySQL does."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker
import pymysql

IMAGE = "mysql:9.7"
START_WITHIN = 120


@dataclass(frozen=True)
class MySQLServer:
    """A MySQL that listens on this machine only; `container` is docker's, to pause it or to cut it off."""

    container: Any
    password: str

    @property
    def port(self) -> int:
        self.container.reload()
        return int(self.container.ports["3306/tcp"][0]["HostPort"])

    def url(self, database: str, query: str = "") -> str:
        return f"mysql+pymysql://root:{self.password}@127.0.0.1:{self.port}/{database}{query}"

    def connect(self) -> "pymysql.Connection[Any]":
        """Connect as root, with every statement committed at once."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", password=self.password, autocommit=True, connect_timeout=3
        )

    def execute(self, *statements: str) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                return self.execute("SELECT 1")
            except (pymysql.err.OperationalError, KeyError, IndexError) as error:
                self.container.reload()
                if self.container.status == "exited" or time.monotonic() > deadline:
                    raise AssertionError(f"MySQL did not start: {self.container.logs().decode()}") from error
                time.sleep(0.2)


@contextmanager
def run_mysql(fixed_port: int = 0, *, durable: bool = False) -> Iterator[MySQLServer]:
    """Yield a MySQL; its image must be there or in a registry within reach.

    Its data lives in memory and ends with it; with a `fixed_port` it lives on disk and survives a restart. A `durable`
    one lives on disk and waits for it at every commit, as MySQL does by itself.
    """
    password = secrets.token_hex(16)
    client = docker.from_env()
    container = client.containers.run(
        IMAGE,
        ["mysqld", *([] if durable else ["--skip-log-bin", "--innodb-flush-log-at-trx-commit=2"])],
        detach=True,
        environment={"MYSQL_ROOT_PASSWORD": password, "MYSQL_ROOT_HOST": "%", "MYSQL_INITDB_SKIP_TZINFO": "1"},
        tmpfs={} if fixed_port or durable else {"/var/lib/mysql": ""},
        ports={"3306/tcp": ("127.0.0.1", fixed_port)},
    )
    try:
        server = MySQLServer(container, password)
        server.wait_until_it_answers()
        yield server
    finally:
        container.remove(force=True, v=True)
        client.close()


@contextmanager
def new_database(server: MySQLServer) -> Iterator[str]:
    """Yield the URL of an empty database."""
    name = f"test_{secrets.token_hex(6)}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name}")

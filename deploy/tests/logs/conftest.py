"""Lines as the gateway and the services write them, and as Docker keeps them."""

import io
import json
import logging
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gateway.tests.platform_under_test import running
from quartet.testing import AuthServer
from quartet.testing.waiting import eventually
from shared.tests.toy import toy_client


class Line(NamedTuple):
    """A line and the Compose service that wrote it; None: a container of somebody else's."""

    part: str | None
    text: str

    @property
    def fields(self) -> dict[str, Any]:
        return dict(json.loads(self.text))

    def as_docker_keeps_it(self) -> str:
        marked = {"attrs": {"com.docker.compose.service": self.part}} if self.part else {}
        kept = {"log": f"{self.text}\n", "stream": "stdout", **marked, "time": "2026-11-22T02:50:39.123456789Z"}
        return json.dumps(kept, ensure_ascii=False) + "\n"


@pytest.fixture(scope="session")
def gateway_lines(tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    folder = tmp_path_factory.mktemp("gateway")
    with running(folder) as gateway:
        gateway.get("/api/counters/visits", gateway.auth.keys[0].token(sub="ada"))
        gateway.get("/api/count", "not.a.token")
        gateway.get("/api/products")
        log = folder / "access.log"
        eventually(lambda: sum('"path":"/api/' in line for line in log.read_text().splitlines()) == 3)
        return [Line("gateway", line) for line in log.read_text().splitlines()]


@pytest.fixture
def service_lines(auth_server: AuthServer, tmp_path: Path) -> list[Line]:
    """A request, and what a worker says when its step fails."""
    before = logging.getLogger().handlers[:]
    with redirect_stdout(io.StringIO()) as written:
        client = toy_client(auth_server, tmp_path)
        client.get("/things/7", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
        try:
            raise ConnectionError('no "route" to host \\ ünïcode')
        except ConnectionError as error:
            logging.getLogger("quartet.worker").warning(
                "step failed", extra={"reason": f"{type(error).__name__}: {error}"}, exc_info=True
            )
    logging.getLogger().handlers[:] = before
    return [Line("counter", line) for line in written.getvalue().splitlines()]

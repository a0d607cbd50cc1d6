"""Traces: the collector may be away, and without one nothing is traced."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from quartet.testing import AuthServer
from quartet.testing.collector import Collector
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from quartet.tracing.provider import SPANS
from shared.tests.traced import SENT, traced


def is_more(now: Callable[[], float], before: float) -> bool:
    return now() > before


@pytest.mark.parametrize("reachable", [True, False])
def test_a_collector_that_is_away_harms_nothing_and_is_told_of_once(
    auth_server: AuthServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], collector: Collector, reachable: bool
) -> None:
    collector.status = 400
    client = traced(auth_server, tmp_path, collector.url if reachable else f"http://127.0.0.1:{free_port()}")
    lost = SPANS.labels("lost")._value
    for _ in range(2):
        before = lost.get()
        assert client.get("/things/7").status_code == 200
        eventually(partial(is_more, lost.get, before))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    complaints = [line for line in lines if line["level"] != "INFO"]
    assert [line["message"] for line in complaints] == ["spans could not be sent to the collector"]


def test_without_a_collector_nothing_of_it_is_imported(tmp_path: Path) -> None:
    program = """
import sys
from shared.tests.toy import ToySettings
from quartet.app import create_service
import quartet.database
app = create_service("toy", ToySettings(), title="Toy")
app.test_client().get("/nothing", headers={"traceparent": sys.argv[1]})
print([name for name in sys.modules if name.startswith(("opentelemetry", "google"))])
"""
    result = subprocess.run(
        [sys.executable, "-c", program, SENT["traceparent"]],
        env={"STATE_DIR": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.splitlines()[-1] == "[]"

"""Every service and worker, as a process of its own that is asked for its metrics."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys
from devtools.given import ROOT
from devtools.parts import COMMANDS
from quartet.migrations import migrate
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

PATIENCE = 240.0


@contextmanager
def everything(folder: Path) -> Iterator[dict[str, str]]:
    """Run all of them, until each has done something; yield their addresses."""
    ports = {name: free_port() for name in COMMANDS}
    common = {
        "PATH": os.environ["PATH"],
        "AUTH_URL": f"http://127.0.0.1:{ports['auth']}",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "WEB_CONCURRENCY": "1",
    }
    for command in COMMANDS.values():
        (folder / command[0]).mkdir(exist_ok=True)
    environments = {
        name: common | {"PORT": str(port), "WORKER_PORT": str(port), "STATE_DIR": str(folder / COMMANDS[name][0])}
        for name, port in ports.items()
    }
    for name in ("auth", "catalog"):
        migrate(f"sqlite:///{folder / name / name}.db", name)
    auth = Resources.of(AuthSettings(state_dir=folder / "auth"))
    keys.ensure(auth)
    auth.database.engine.dispose()
    running = []
    try:
        for name, command in COMMANDS.items():
            running.append(_start(folder, name, command, environments[name]))
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(PATIENCE)


def metrics_of(url: str, *awaited: str) -> str:
    """The metrics of a process, once these words are among them."""

    def look() -> str | None:
        try:
            text = requests.get(f"{url}/metrics", timeout=10).text
        except requests.ConnectionError:
            return None
        return text if all(word in text for word in awaited) else None

    text: str = eventually(look, PATIENCE)
    return text


def _start(folder: Path, name: str, command: tuple[str, ...], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    program = str(Path(sys.executable).with_name(command[0]))
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([program, *command[1:]], cwd=ROOT, env=environment, stdout=log, stderr=log)

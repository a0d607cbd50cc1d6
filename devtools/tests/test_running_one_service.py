"""docs/running-one-service.md, followed to the letter: its commands, in order, in one shell and a fresh folder."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from devtools.binaries import find_valkey
from devtools.given import ROOT
from devtools.parts import SERVICES
from devtools.ports import free_block
from devtools.probe import is_ready
from devtools.reference.fields import settings_of
from quartet.testing.waiting import eventually

PAGE = ROOT / "docs/running-one-service.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PORTS = ("5001", "5002", "5003", "5004", "5011", "5012", "5013", "6379")
PROGRAM = re.compile(r"(?P<command>.*?) & +# port (?P<port>[0-9]+).*")
OWN_COMMAND = re.compile(rf"(?:python -m )?(?P<service>{'|'.join(SERVICES)})\b(?: (?P<name>\w+))?")
PATIENCE = 60.0


def commands() -> list[str]:
    """The page's commands, each with the lines that continue it and its comment."""
    return [
        command
        for block in BLOCK.findall(PAGE.read_text())
        for command in re.findall(r"^(?:.*\\\n)*.+$", block, re.MULTILINE)
    ]


class Shell:
    """A shell in the repository that knows nothing of .venv yet."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._count = 0
        path = os.pathsep.join(
            place for place in os.environ["PATH"].split(os.pathsep) if Path(place) != Path(sys.executable).parent
        )
        self._log = (folder / "shell.log").open("w")
        self._process = subprocess.Popen(
            ["sh"],
            cwd=ROOT,
            env={"PATH": path, "HOME": str(folder), **environment},
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def begin(self, command: str) -> None:
        """Start a program in the background."""
        self._write(f"{command} &\n")

    def run(self, command: str) -> str:
        """Return what a command prints that ends well."""
        self._count += 1
        out, code = (self._folder / f"{name}-{self._count}" for name in ("out", "code"))
        self._write(f"{{ {command}\n}} >{out} 2>&1; echo $? >{code}.new; mv {code}.new {code}\n")
        eventually(code.exists, PATIENCE, f"{command} ends")
        assert code.read_text() == "0\n", f"{command}\n{out.read_text()}"
        return out.read_text()

    def said(self) -> str:
        return (self._folder / "shell.log").read_text()

    def end(self) -> None:
        """End the shell and all that it started."""
        self._process.communicate()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                os.killpg(self._process.pid, 0)
                time.sleep(0.05)
            os.killpg(self._process.pid, signal.SIGKILL)
        self._log.close()

    def _write(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()


@pytest.fixture
def ports() -> dict[str, str]:
    """For each port of the page one that is free here, and stands in for it."""
    return dict(zip(PORTS, map(str, free_block()), strict=False))


@pytest.fixture
def shell(ports: dict[str, str], tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path, AUTH_URL=f"http://127.0.0.1:{ports['5001']}")
    yield shell
    shell.end()


@pytest.fixture(autouse=True)
def valkey(ports: dict[str, str], tmp_path: Path) -> Iterator[None]:
    command = [find_valkey(), "--port", ports["6379"], "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait()


def with_its_port(command: str, port: str, ports: dict[str, str]) -> str:
    """The command, told what stands in for its default port where it does not name one itself."""
    own = OWN_COMMAND.match(command)
    if own is None or port in command:
        return command
    setting = "port" if own["name"] in (None, "serve") else "worker_port"
    assert str(settings_of(own["service"]).model_fields[setting].default) == port, command
    return f"{setting.upper()}={ports[port]} {command}"


@pytest.mark.needs("curl")
def test_the_page_can_be_followed(shell: Shell, ports: dict[str, str]) -> None:
    outputs, started = [], []
    for command in commands():
        program = PROGRAM.fullmatch(command)
        told = with_its_port(program["command"], program["port"], ports) if program else command
        told = re.sub(rf"\b(?:{'|'.join(PORTS)})\b", lambda found: ports[found[0]], told)
        if program is None:
            outputs.append(shell.run(told))
            continue
        shell.begin(told)
        address = f"http://127.0.0.1:{ports[program['port']]}/health/ready"
        try:
            eventually(partial(is_ready, address), PATIENCE, f"{command} is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{shell.said()}") from None
        started.append(program["command"])

    assert len(started) == 9
    ready, metrics, _, vectors = outputs[-4:]
    assert ready.strip() == '{"status":"ok","checks":{"models":"ok"}}'
    assert metrics.startswith("# HELP")
    assert '"dimensions":500' in vectors.replace(" ", "")

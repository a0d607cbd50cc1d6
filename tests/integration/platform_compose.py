"""The platform under test as `make up` starts it: containers, on real MySQL and Redis, a project of their own."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container
from docker.models.networks import Network

from devtools.parts import PARTS, parts_of
from devtools.ports import free_block
from tests.integration.compose_project import ComposeProject
from tests.integration.images import build_images
from tests.integration.platform_logs import records
from tests.integration.platform_starting import told_why_not

ALL_PARTS = ("mysql", *PARTS)
START = 180.0
"""Seconds after which a platform that is not healthy is given up."""
BREATH = 0.3  # between two rounds of programs that look how a container is
IS_WORKER = re.compile("nginx: worker process|gunicorn")
DUMP = "mysqldump --user=root --single-transaction --set-gtid-purged=OFF"


class ComposePlatform:
    """A running platform with the methods of EmbeddedPlatform, in containers; MySQL is a part of it too."""

    def __init__(self, folder: Path, settings: dict[str, str], *overlays: str) -> None:
        """Start a platform and wait until it is healthy; AssertionError with Compose's words when it fails.

        `overlays` are files of `compose/`, put over those of every platform under test.
        """
        build_images()
        port = free_block()[0]
        self.url = f"http://127.0.0.1:{port}"
        self._project = ComposeProject(folder, port, settings, overlays)
        self._killed: dict[str, int] = {}
        self._unplugged: dict[str, list[Network]] = {}
        with told_why_not(self):
            self._project.compose("up", "--detach")
            self.wait_healthy(START)

    @property
    def admin_password(self) -> str:
        return self.admin_password_file.read_text().strip()

    @property
    def admin_password_file(self) -> Path:
        return self.secrets / "admin_password"

    @property
    def secrets(self) -> Path:
        """The folder of its secrets."""
        return self._project.secrets

    @property
    def environment(self) -> dict[str, str]:
        """What the scripts of deploy/ are to be given so that they work on this platform."""
        names = {"COMPOSE_FILE": ":".join(self._project.files), "COMPOSE_PROJECT_NAME": self._project.name}
        return self._project.environment | names

    def stop(self, part: str) -> None:
        """End a part in good order; it stays down until `start`."""
        self.container(part).stop()

    def start(self, part: str) -> None:
        """Start a part that was stopped."""
        self.container(part).start()

    def up(self) -> None:
        """Start what `make up` would now, with the versions that were deployed."""
        self._project.compose("up", "--detach", "--wait", "--no-build")

    def kill(self, part: str) -> None:
        """SIGKILL a part; it is started again by itself."""
        container = self.container(part)
        pid = container.attrs["State"]["Pid"]
        self._killed[part] = pid
        # `docker kill` counts as a stop that was asked for: a container killed by it is not started again.
        self._project.docker.containers.run(
            container.attrs["Image"], ["-c", f"kill -9 {pid}"], entrypoint="sh", user="0", pid_mode="host", remove=True
        )

    def pause(self, part: str) -> None:
        """Freeze a part: its connections stay open and nothing answers, until `unpause`."""
        self.container(part).pause()

    def unpause(self, part: str) -> None:
        self.container(part).unpause()

    def disconnect(self, part: str) -> None:
        """Take a part off its networks, as if their cables were pulled, until `reconnect`."""
        container = self.container(part)
        names = list(container.attrs["NetworkSettings"]["Networks"])
        self._unplugged[part] = [self._project.docker.networks.get(name) for name in names]
        for network in self._unplugged[part]:
            network.disconnect(container, force=True)

    def reconnect(self, part: str) -> None:
        for network in self._unplugged.pop(part):
            network.connect(self.container(part), aliases=[part])

    def wait_healthy(self, patience: float = 90) -> None:
        """Return when what was killed has been replaced, every part is ready, and the gateway tells so."""
        deadline = time.monotonic() + patience
        while not all(map(self.is_healthy, ALL_PARTS)):
            assert time.monotonic() < deadline, f"not healthy after {patience} s\n{self.last_words()}"
            time.sleep(BREATH)
        self._killed.clear()

    def run(self, service: str, *arguments: str) -> str:
        """Run a command of a service with that service's settings; return what it printed."""
        if self.container(service).status != "running":
            return self._project.compose("run", "--rm", "--no-deps", service, *arguments)
        result = self.container(service).exec_run(["service", *arguments])
        assert isinstance(result.output, bytes)
        output = result.output.decode()
        assert result.exit_code == 0, f"{service} {' '.join(arguments)}: exit {result.exit_code}: {output}"
        return output

    def address(self, part: str) -> str:
        """Where a part listens, behind the gateway's back; this machine reaches the networks of its containers."""
        networks = self.container(part).attrs["NetworkSettings"]["Networks"]
        return f"http://{next(iter(networks.values()))['IPAddress']}:8000"

    def change_secret_keys(self, *keys: str) -> None:
        """Give auth and its workers other SECRET_KEYS; they start again side by side."""
        (self.secrets / "auth_secret_keys").write_text(json.dumps(keys) + "\n")
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda part: self.container(part).restart(), parts_of("auth")))
        self.wait_healthy()

    def secret_keys(self) -> list[str]:
        return list(json.loads((self.secrets / "auth_secret_keys").read_text()))

    def back_up(self, service: str) -> None:
        """Keep a copy of a service's database."""
        self._in_mysql(f"{DUMP} {service} >/tmp/{service}.sql")

    def restore(self, service: str) -> None:
        """Bring the copy back."""
        self._in_mysql(f"mysql --user=root {service} </tmp/{service}.sql")

    def stored(self, service: str) -> str:
        """All that a service's database holds, as SQL, each row in a line of its own."""
        return self._in_mysql(f"{DUMP} --skip-extended-insert {service}")

    def logs(self, part: str) -> list[dict[str, Any]]:
        """The log of a part, oldest record first; lines that are no JSON object are left out."""
        return records(self.container(part).logs().decode(errors="replace"))

    def workers(self, part: str) -> set[int]:
        """The worker processes of nginx or gunicorn; one that died has a successor with another number."""
        table = self.container(part).top()
        pid, command = table["Titles"].index("PID"), table["Titles"].index("CMD")
        return {int(row[pid]) for row in table["Processes"] if IS_WORKER.search(row[command])}

    def last_words(self, lines: int = 8) -> str:
        """The end of every container's log, for the report of a failed test."""
        return "\n".join(
            f"── {container.labels['com.docker.compose.service']}\n"
            + container.logs(tail=lines).decode(errors="replace").rstrip()
            for container in self._project.containers()
        )

    def close(self) -> None:
        """End everything, and its data."""
        self._project.remove()

    def container(self, part: str) -> Container:
        """The container of a part, in its present state."""
        (container,) = self._project.containers(part)
        return container

    def is_healthy(self, part: str) -> bool:
        """Whether a part runs and says that it is well; one that was killed, whether it has been replaced."""
        container = self.container(part)
        state = container.attrs["State"]
        if not state["Running"] or state["Pid"] == self._killed.get(part):
            return False
        # The container's own check, now: what Docker remembers of it may be seconds old.
        kind, *test = container.attrs["Config"]["Healthcheck"]["Test"]
        command = test if kind == "CMD" else ["sh", "-c", *test]
        try:
            return bool(container.exec_run(command).exit_code == 0)
        except docker.errors.APIError:  # it has ended meanwhile
            return False

    def _in_mysql(self, command: str) -> str:
        password = "export MYSQL_PWD=$(cat /run/secrets/mysql_root_password)"
        result = self.container("mysql").exec_run(["sh", "-ec", f"{password}; {command}"])
        assert isinstance(result.output, bytes)
        output = result.output.decode(errors="replace")
        assert result.exit_code == 0, output
        return output

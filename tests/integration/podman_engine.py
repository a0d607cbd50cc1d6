"""podman with images, containers and networks of its own, apart from whatever else the machine runs."""

import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

# podman's own defaults want a systemd and rights that a container may not have.
CONFIGURATION = """
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[network]
network_backend = "netavark"
"""


class Podman:
    """The command, over a storage in a folder of its own."""

    def __init__(self) -> None:
        # Not one of pytest's: podman refuses paths of more than fifty characters.
        self._folder = Path(tempfile.mkdtemp(prefix="quartet-podman-"))
        configuration = self._folder / "containers.conf"
        configuration.write_text(CONFIGURATION)
        self._environment = os.environ | {"CONTAINERS_CONF": str(configuration)}
        self._command = ("podman", "--root", str(self._folder / "storage"), "--runroot", str(self._folder / "run"))

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """Run a command and return what it printed; AssertionError with its words when it fails."""
        result = subprocess.run(
            (*self._command, *arguments),
            input=stdin,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"podman {' '.join(arguments)}: {result.stderr[-4000:]}"
        return result.stdout

    def load(self, *images: str) -> None:
        """Take images over from Docker."""
        with subprocess.Popen(("docker", "save", *images), stdout=subprocess.PIPE) as saving:
            subprocess.run(
                (*self._command, "load", "--quiet"), env=self._environment, stdin=saving.stdout, check=True, text=True
            )
        assert saving.returncode == 0, f"docker save {' '.join(images)}: exit {saving.returncode}"

    def inspect(self, container: str) -> dict[str, Any]:
        """What podman knows of a container."""
        (found,) = json.loads(self("container", "inspect", container))
        assert isinstance(found, dict)
        return found

    def output(self, container: str, lines: int | None = None) -> str:
        """What a container has written to both of its outputs, or the end of it."""
        result = subprocess.run(
            (*self._command, "logs", *(() if lines is None else ("--tail", str(lines))), container),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return result.stdout

    def remove(self) -> None:
        """End everything and give back what it took of the disk."""
        self("pod", "rm", "--all", "--force", "--time", "3")
        self("system", "reset", "--force")
        shutil.rmtree(self._folder, ignore_errors=True)


@functools.cache
def podman_with(*images: str) -> Podman:
    """podman that has these images of Docker's, once for all platforms of a run."""
    podman = Podman()
    atexit.register(podman.remove)
    podman.load(*images)
    return podman

"""A Docker daemon of its own in a network namespace: a node of a swarm that this machine's Docker knows nothing of."""

import os
import subprocess
from pathlib import Path

import pytest

from quartet.testing.waiting import eventually

NEEDS_NODES = [
    pytest.mark.containers,
    pytest.mark.needs("ip", "dockerd"),
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces are root's"),
]


class Node:
    """A Docker daemon with an address, data and containers of its own."""

    def __init__(self, namespace: str, number: int, address: str, folder: Path) -> None:
        self.namespace = namespace
        self.address = address
        self.url = f"http://{address}:8080"
        self.socket = f"unix://{folder}/docker.sock"
        folder.mkdir()
        (folder / "daemon.json").write_text("{}\n")
        self._log = (folder / "log").open("w")
        self._daemon = subprocess.Popen(
            [
                *("nsenter", f"--net=/var/run/netns/{namespace}", "dockerd", f"--config-file={folder}/daemon.json"),
                *(f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid"),
                *(f"--host={self.socket}", f"--bip=172.30.{number}.1/24"),
                f"--default-address-pool=base=172.29.{number}.0/24,size=26",
            ],
            stdout=self._log,
            stderr=self._log,
        )

    def docker(self, *arguments: str, text: str = "", check: bool = True) -> str:
        command = ["docker", "--host", self.socket, *arguments]
        result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert not check or result.returncode == 0, f"docker {' '.join(arguments)}: {result.stderr}"
        return result.stdout.strip()

    def wait_until_it_answers(self) -> None:
        eventually(lambda: self.docker("info", "--format", "{{.ID}}", check=False), 120, "a Docker daemon")

    def close(self) -> None:
        self.docker("swarm", "leave", "--force", check=False)
        containers = self.docker("ps", "--all", "--quiet", check=False).split()
        if containers:
            self.docker("rm", "--force", "--volumes", *containers, check=False)
        self._daemon.terminate()
        self._daemon.wait(120)
        self._log.close()

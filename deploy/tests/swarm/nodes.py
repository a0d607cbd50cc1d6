"""A swarm of managers on one machine: a Docker daemon in each of some network namespaces, at one bridge."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.tests.swarm.node import Node
from tests.integration.images import build_images

IMAGES = [f"quartet/{service}:dev" for service in ("auth", "catalog", "counter", "vectors", "gateway")]
STORES = ["mysql:9.7", "redis:8.0"]


class Nodes:
    """The nodes; `cut` takes one from the others as if its cable were pulled, `join` puts it back."""

    def __init__(self) -> None:
        self._name = f"q{secrets.token_hex(3)}"
        # For benchmarks, says RFC 2544: neither Docker nor a real network uses it. Another swarm has other addresses.
        self._network = f"198.18.{secrets.randbelow(256)}"
        self._folder = Path(tempfile.mkdtemp(prefix="quartet-nodes-"))
        self.all: list[Node] = []

    def start(self, number: int) -> None:
        # The bridge is in a namespace too: no packet filter of this machine's own Docker is between the nodes.
        ip("netns", "add", self._name)
        ip("-n", self._name, "link", "add", "bridge", "type", "bridge")
        ip("-n", self._name, "link", "set", "bridge", "up")
        ip("link", "add", self._name, "type", "veth", "peer", "name", "machine", "netns", self._name)
        ip("addr", "add", f"{self._network}.1/24", "dev", self._name)
        ip("link", "set", self._name, "up")
        self._plug("machine")
        for index in range(number):
            self.all.append(self._make_node(index))
        with ThreadPoolExecutor() as pool:
            list(pool.map(Node.wait_until_it_answers, self.all))
        self._give_images()
        first, *others = self.all
        first.docker("swarm", "init", "--advertise-addr", first.address)
        token = first.docker("swarm", "join-token", "--quiet", "manager")
        for node in others:
            node.docker("swarm", "join", "--advertise-addr", node.address, "--token", token, f"{first.address}:2377")

    def _give_images(self) -> None:
        """Give all nodes what a stack needs of this machine's Docker, read once: no registry is within their reach."""
        with (
            subprocess.Popen(["docker", "save", *IMAGES, *STORES], stdout=subprocess.PIPE) as save,
            ExitStack() as ends,
        ):
            commands = [["docker", "--host", node.socket, "load", "--quiet"] for node in self.all]
            loads = [ends.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE)) for command in commands]
            pipes = [load.stdin for load in loads if load.stdin]
            while chunk := save.stdout.read(1 << 20) if save.stdout else b"":
                for pipe in pipes:
                    pipe.write(chunk)
        assert [save.returncode, *(load.returncode for load in loads)] == [0] * (1 + len(loads)), "no images"

    def _make_node(self, index: int) -> Node:
        name, address = f"{self._name}-{index}", f"{self._network}.{10 + index}"
        ip("netns", "add", name)
        ip("link", "add", name, "netns", self._name, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "link", "set", "eth0", "up")
        self._plug(name)
        return Node(name, index, address, self._folder / str(index))

    def _plug(self, port: str) -> None:
        ip("-n", self._name, "link", "set", port, "master", "bridge")
        ip("-n", self._name, "link", "set", port, "up")

    def cut(self, node: Node) -> None:
        ip("-n", self._name, "link", "set", node.namespace, "down")

    def join(self, node: Node) -> None:
        ip("-n", self._name, "link", "set", node.namespace, "up")

    def close(self) -> None:
        for node in self.all:
            node.close()
        for namespace in (*(node.namespace for node in self.all), self._name):
            ip("netns", "delete", namespace, check=False)
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        for mount in reversed([mount for mount in mounts if mount.startswith(f"{self._folder}/")]):
            subprocess.run(["umount", "--lazy", mount], check=False)
        shutil.rmtree(self._folder)


@contextmanager
def swarm(number: int) -> Iterator[Nodes]:
    """So many nodes, all managers, that have the images and end with all that runs on them."""
    build_images()
    nodes = Nodes()
    try:
        nodes.start(number)
        yield nodes
    finally:
        nodes.close()


def ip(*arguments: str, check: bool = True) -> None:
    result = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    assert not check or result.returncode == 0, f"ip {' '.join(arguments)}: {result.stderr}"

"""A cluster of three masters, each with a third of the slots."""

from pathlib import Path
from typing import Any

from redis.connection import Connection

from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from services.counter.tests.valkey import FORGETFUL, Valkey

SLOTS = 16384
NODES = 3
NODE_TIMEOUT = 1000


class ClusterNode(Valkey):
    def __init__(self, folder: Path) -> None:
        self.bus = free_port()
        options = ("--cluster-enabled", "yes", "--cluster-port", str(self.bus), "--cluster-require-full-coverage", "no")
        super().__init__(folder, *FORGETFUL, *options, "--cluster-node-timeout", str(NODE_TIMEOUT))

    def cluster(self, *words: str | int) -> str:
        """What it answers to CLUSTER with these words."""
        connection: Any = Connection("127.0.0.1", self.port, decode_responses=True)  # type: ignore[no-untyped-call]
        try:
            connection.send_command("CLUSTER", *words)
            return str(connection.read_response())
        finally:
            connection.disconnect()


class ValkeyCluster:
    """`url` names all nodes, and one before them that is away."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [ClusterNode(folder / str(number)) for number in range(NODES)]
        ports = (free_port(), *(node.port for node in self.nodes))
        self.url = f"redis+cluster://{','.join(f'127.0.0.1:{port}' for port in ports)}"

    def start(self) -> None:
        for number, node in enumerate(self.nodes):
            node.start()
            node.cluster("ADDSLOTSRANGE", number * SLOTS // NODES, (number + 1) * SLOTS // NODES - 1)
            node.cluster("MEET", "127.0.0.1", self.nodes[0].port, self.nodes[0].bus)
        eventually(self._complete, what="the cluster is complete")

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def owner(self, key: str) -> ClusterNode:
        """The node that has a key."""
        return self.nodes[int(self.nodes[0].cluster("KEYSLOT", key)) * NODES // SLOTS]

    def follow(self, replica: ClusterNode, master: ClusterNode) -> None:
        """Let a node that runs join as a replica, and get all that its master has."""
        replica.cluster("MEET", "127.0.0.1", master.port, master.bus)
        name = master.cluster("MYID")
        eventually(lambda: name in replica.cluster("NODES"), what="the master is known to its replica")
        replica.cluster("REPLICATE", name)
        with replica.client() as redis:
            eventually(lambda: redis.info("replication").get("master_link_status") == "up", what="the replica follows")

    def _complete(self) -> bool:
        return all("cluster_state:ok" in node.cluster("INFO") for node in self.nodes)

"""A master, its replica, and a Sentinel that puts the replica in the master's place when the master is gone."""

from pathlib import Path

from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from services.counter.tests.valkey import FORGETFUL, Valkey

MASTER = "counts"


class SentinelServer(Valkey):
    def __init__(self, folder: Path, master_port: int) -> None:
        super().__init__(folder, "--sentinel")
        self._master_port = master_port

    def _config(self) -> list[str]:
        file = self._folder / "sentinel.conf"  # Sentinel writes there what it learns
        file.write_text(
            f"sentinel monitor {MASTER} 127.0.0.1 {self._master_port} 1\n"
            f"sentinel down-after-milliseconds {MASTER} 300\n"
            f"sentinel failover-timeout {MASTER} 2000\n"
        )
        return [str(file)]


class Watched:
    """`url` leads to whoever is master; of the Sentinels that it names, the first is away."""

    def __init__(self, folder: Path, *options: str) -> None:
        options = (*FORGETFUL, "--repl-diskless-sync-delay", "0", *options)
        self.master = Valkey(folder / "master", *options)
        self.replica = Valkey(folder / "replica", *options, "--replicaof", f"127.0.0.1 {self.master.port}")
        self.sentinel = SentinelServer(folder / "sentinel", self.master.port)
        self.url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{self.sentinel.port}/{MASTER}"

    def start(self) -> None:
        self.master.start()
        self.replica.start()
        eventually(self._follows, what="the replica is up to date")
        self.sentinel.start()  # it finds the replica at once, or after ten seconds
        eventually(self._watches, what="Sentinel knows the replica")

    def stop(self) -> None:
        for server in (self.sentinel, self.replica, self.master):
            server.stop()

    def _follows(self) -> bool:
        with self.replica.client() as replica:
            return bool(replica.info("replication")["master_link_status"] == "up")

    def _watches(self) -> bool:
        with self.sentinel.client() as sentinel:
            return bool(sentinel.sentinel_master(MASTER)["num-slaves"] == 1)

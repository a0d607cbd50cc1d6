"""The processes of a service, and the time that they spend on a core."""

from pathlib import Path

import psutil


def processes_at(port: int) -> list[psutil.Process]:
    """Return the processes of the service that listens at a port of this machine: the master and all its workers."""
    # Of those that share a socket psutil names one, the youngest: a worker.
    (worker,) = {
        each.pid for each in psutil.net_connections("tcp") if each.status == "LISTEN" and each.laddr[1:] == (port,)
    }
    master = psutil.Process(worker).parent()
    if master is None:
        raise RuntimeError(f"nobody started the process {worker} at port {port}")
    return [master, *master.children()]


def cpu_seconds(processes: list[psutil.Process]) -> float:
    """Time on a core of all threads, to the nanosecond: what is counted in ticks misses an nginx that is soon done."""
    tasks = (file for process in processes for file in Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
    return sum(int(file.read_text().split()[0]) for file in tasks) / 1e9

"""Free ports, and waiting for what listens there."""

import socket
import time

import requests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, status: int = 200, patience: float = 20.0) -> requests.Response:
    """Return the first answer with that status."""
    deadline = time.monotonic() + patience
    while True:
        try:
            answer = requests.get(url, timeout=2)
            if answer.status_code == status:
                return answer
        except requests.RequestException:
            pass
        assert time.monotonic() < deadline, f"{url} did not answer {status}"
        time.sleep(0.02)

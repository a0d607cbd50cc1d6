"""Free ports, and waiting for what listens there."""

import socket

import requests

from quartet.testing.waiting import eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, status: int = 200, patience: float = 20.0) -> requests.Response:
    """Return the first answer with that status."""

    def answers() -> list[requests.Response]:
        try:
            answer = requests.get(url, timeout=2)
        except requests.RequestException:
            return []
        return [answer] if answer.status_code == status else []  # a Response of an error is false

    return eventually(answers, patience, f"{url} answers {status}")[0]

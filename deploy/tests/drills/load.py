"""A light load on every service through the gateway: reads and writes, each answer kept."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import requests

from tests.integration.platform_client import Api, User

CALLS: tuple[tuple[str, str, str, object, int], ...] = (
    ("auth", "GET", "/api/auth/me", None, 200),
    ("auth", "PATCH", "/api/auth/me", {}, 200),
    ("catalog", "GET", "/api/products/my", None, 200),
    ("catalog", "POST", "/api/products", {"name": "Teapot", "price": 1}, 201),
    ("counter", "GET", "/api/counters", None, 200),
    ("counter", "POST", "/api/counters/drill/increment", {}, 200),
    ("vectors", "GET", "/api/vectors/models", None, 200),
    ("vectors", "POST", "/api/vectors", {"sentence": "fox"}, 200),
)
PAUSE = 0.1
TIMEOUT = 60  # an answer that is late is none that was refused


class Answer(NamedTuple):
    service: str
    call: str
    status: int | str
    expected: int


@contextmanager
def light_load(url: str, user: User) -> Iterator[list[Answer]]:
    """Call every service a few times a second until the block ends; yields the answers as they come in."""
    answers: list[Answer] = []
    over = threading.Event()

    def work(calls: tuple[tuple[str, str, str, object, int], ...]) -> None:
        api = Api(url)
        while not over.is_set():
            for service, method, path, body, expected in calls:
                answers.append(Answer(service, f"{method} {path}", status(api, method, path, body, user), expected))
            over.wait(PAUSE)

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work, CALLS[number::2]) for number in range(2)]
        try:
            yield answers
        finally:
            over.set()
        for each in working:
            each.result()


def status(api: Api, method: str, path: str, body: object, user: User) -> int | str:
    """The status of an answer, or the name of what came instead of one."""
    try:
        return api.request(method, path, token=user["access_token"], json=body, timeout=TIMEOUT).status_code
    except requests.RequestException as error:
        return type(error).__name__


def refused(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.status != answer.expected]

"""A steady load of reads and writes that keeps a record: what failed, and what was acknowledged."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from threading import Event, Thread

import requests

from tests.integration.platform_client import Api

PAUSE = 0.3
Act = Callable[[Api], requests.Response]


class Load:
    """Three callers, each a few requests a second; a request that is not answered well has failed."""

    def __init__(self, url: str, *more: str) -> None:
        """Call the gateways at all of these URLs in turn, as a load balancer would."""
        self.url = url
        self._urls = (url, *more)
        self.user = new_user(Api(url))
        self.answered: Counter[str] = Counter()
        self.failures: list[str] = []
        self.products: list[str] = []
        self.counter = f"swarm-{secrets.token_hex(4)}"
        self._stop = Event()

    @contextmanager
    def steady(self, *, may_fail: bool = False) -> Iterator[None]:
        """Call for as long as the block runs; AssertionError when a write is lost, or a request failed that may not."""
        before = len(self.failures)
        self._stop.clear()
        threads = [Thread(target=self._call, args=[acts]) for acts in (self._reads(), self._writes(), self._mixed())]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert may_fail or self.failures[before:] == [], self.failures
        assert set(self.answered) >= {"/api/auth/me", "/api/products", "/api/vectors", "/api/ping"}
        self.compare()

    def compare(self) -> None:
        """Whatever was acknowledged is there."""
        api, token = Api(self.url), self.user["access_token"]
        found: set[str] = set()
        cursor = ""
        while True:
            page = api.get(f"/api/products/my?limit=100{cursor}", token=token).json()
            found |= {product["name"] for product in page["items"]}
            if not page.get("next_cursor"):
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert set(self.products) - found == set()
        counted = api.get(f"/api/counters/{self.counter}", token=token).json()["value"]
        path = f"/api/counters/{self.counter}/increment"
        acknowledged = self.answered[path]
        unknown = sum(path in failure for failure in self.failures)
        assert acknowledged <= counted <= acknowledged + unknown

    def _reads(self) -> list[Act]:
        return [
            self._get("/api/ping"),
            self._get("/api/auth/me"),
            self._get("/api/products/my"),
            self._get("/api/auth/sessions"),
        ]

    def _writes(self) -> list[Act]:
        return [self._make_product, self._post(f"/api/counters/{self.counter}/increment", {})]

    def _mixed(self) -> list[Act]:
        return [self._post("/api/vectors", {"sentence": "a"}), self._refresh, self._get("/api/products")]

    def _call(self, acts: list[Act]) -> None:
        gateways = cycle([Api(url) for url in self._urls])
        while not self._stop.wait(PAUSE):
            for act in acts:
                try:
                    answer = act(next(gateways))
                except requests.RequestException as error:
                    path = error.request.url if error.request else "?"
                    self.failures.append(f"{path}: {error!r}")
                    continue
                path = answer.request.path_url
                if answer.ok:
                    self.answered[path] += 1
                else:
                    self.failures.append(f"{answer.request.method} {path}: {answer.status_code} {answer.text}")

    def _get(self, path: str) -> Act:
        return lambda api: api.get(path, token=self.user["access_token"], timeout=40)

    def _post(self, path: str, body: object) -> Act:
        return lambda api: api.post(path, json=body, token=self.user["access_token"], timeout=40)

    def _make_product(self, api: Api) -> requests.Response:
        name = f"{secrets.token_hex(8)}"
        answer = self._post("/api/products", {"name": name, "price": 1})(api)
        if answer.ok:
            self.products.append(name)
        return answer

    def _refresh(self, api: Api) -> requests.Response:
        answer = api.post("/api/auth/refresh", json={"refresh_token": self.user["refresh_token"]}, timeout=40)
        if answer.ok:
            body = answer.json()
            self.user["access_token"], self.user["refresh_token"] = body["access_token"], body["refresh_token"]
        return answer


def new_user(api: Api) -> dict[str, str]:
    """The tokens of a new user, where e-mails need no confirmation."""
    account = {"username": f"user-{secrets.token_hex(6)}", "password": secrets.token_urlsafe(16)}
    answer = api.post("/api/auth/signup", json=account, timeout=40)
    assert answer.status_code == 201, answer.text
    return {name: answer.json()[name] for name in ("access_token", "refresh_token")}

"""The list of catalog, as the gateway keeps it."""

from typing import Any

import requests

from gateway.tests.platform_under_test import Gateway
from quartet.testing.waiting import eventually

LIST = "/api/products"


MINUTE = "public, max-age=60"


class Shelf:
    """catalog's list, which a test puts there; and how often the service was asked for it."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.service = gateway.services["catalog"]

    def put(self, body: str, cache_control: str | None = MINUTE, status: int = 200, **headers: Any) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {} if cache_control is None else {"Cache-Control": cache_control}
        self.service.answers[LIST] = (status, {"Content-Type": "application/json", **kept, **named}, body.encode())

    def get(self, query: str = "", method: str = "GET", token: str | None = None, **headers: str) -> requests.Response:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.gateway.request(method, LIST + query, token, headers=fields)

    def read(self, query: str = "", **headers: Any) -> tuple[str, str]:
        answer = self.get(query, **headers)
        return answer.text, answer.headers["X-Cache"]

    @property
    def asked(self) -> int:
        return len(self.service.seen)

    def expired(self, how: str) -> None:
        """Wait until a reader is given something else than a fresh copy, and this is how."""
        seen: str = eventually(lambda: (state := self.read()[1]) != "HIT" and state)
        assert seen == how

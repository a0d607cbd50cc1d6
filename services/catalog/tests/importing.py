"""Imports and exports as a seller makes them."""

import json
from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.catalog.tests.seller import Seller

NDJSON = "application/x-ndjson"
CSV = "text/csv"


def ndjson(*products: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in products)


def teapots(count: int) -> bytes:
    return ndjson(*({"name": f"Teapot {number}", "price": 1} for number in range(1, count + 1)))


def send(seller: Seller, data: Any, media_type: str = NDJSON, query: str = "", **headers: str) -> TestResponse:
    headers = {**seller.bearer, "Content-Type": media_type, **headers}
    return seller.client.post(f"/api/products/import{query}", data=data, headers=headers, buffered=True)


def export(client: FlaskClient, query: str = "", **headers: str) -> TestResponse:
    return client.get(f"/api/products/export{query}", headers=headers, buffered=True)


def exported(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(client, query).data.splitlines()]


class Arriving:
    """A body that arrives in pieces, as gunicorn hands it over: nothing more is its end, or a client that is gone."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        read, self._rest = self._rest[:size], self._rest[size:]
        return read


def send_arriving(seller: Seller, pieces: Iterable[bytes], media_type: str = NDJSON, length: int = 0) -> TestResponse:
    """Send a body that arrives in pieces, in chunks or with a `length` that may not be its own."""
    body = {"wsgi.input": Arriving(pieces), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(length or "")}
    return seller.client.post(
        "/api/products/import",
        headers={**seller.bearer, "Content-Type": media_type},
        environ_overrides=body,
        buffered=True,
    )

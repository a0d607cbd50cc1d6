"""Imports and exports as a seller makes them."""

import json
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

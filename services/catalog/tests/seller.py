"""A user of catalog: calls it with a token of their own."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quartet.testing import TokenMaker

JSON = "application/json"


@dataclass
class Seller:
    client: FlaskClient
    tokens: TokenMaker
    name: str
    roles: tuple[str, ...] = ("user",)
    subject: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def bearer(self) -> dict[str, str]:
        return self.tokens.bearer(sub=self.subject, preferred_username=self.name, roles=list(self.roles))

    def post(self, body: Any, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post("/api/products", json=body, headers={**self.bearer, **(headers or {})})

    def post_text(self, text: str) -> TestResponse:
        headers = {**self.bearer, "Content-Type": "application/json"}
        return self.client.post("/api/products", data=text, headers=headers)

    def create(self, name: str = "Teapot", **members: Any) -> dict[str, Any]:
        answer = self.post({"name": name, "price": 1, **members})
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def own(self, query: str = "") -> Any:
        return self.client.get(f"/api/products/my{query}", headers=self.bearer).get_json()

    def show(self, product_id: int) -> TestResponse:
        return self.client.get(f"/api/products/{product_id}")

    def patch(self, product_id: int, body: Any, if_match: str | None = None, kind: str = JSON) -> TestResponse:
        """Change a product, as `if_match` names it; without that, as it is."""
        headers = {**self.bearer, "If-Match": if_match or self.show(product_id).headers["ETag"], "Content-Type": kind}
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.patch(f"/api/products/{product_id}", data=text, headers=headers)

    def delete(self, product_id: int, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.delete(f"/api/products/{product_id}", headers={**self.bearer, **(headers or {})})

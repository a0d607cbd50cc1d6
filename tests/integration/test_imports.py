"""Many products come in and go out through the gateway, in one request each."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.platform_client import Api, User

PATIENCE = 300
NDJSON = "application/x-ndjson"
RECORDS = """\
name,price,currency
"=1+1, ""quoted""
broken",0.10,EUR
Kettle,-1,EUR
Téa,999999999999999.99,EUR
"""


def teapots(count: int) -> Iterator[bytes]:
    """A body that is sent in chunks, and is not there before it is sent."""
    for first in range(0, count, 1000):
        names = (f"Teapot {number}" for number in range(first, min(first + 1000, count)))
        yield b"".join(b'{"name":"%s","price":9.99,"currency":"EUR"}\n' % name.encode() for name in names)


def bring(api: Api, user: User, data: Any, media_type: str = NDJSON) -> Any:
    headers = {"Content-Type": media_type}
    return api.post("/api/products/import", data=data, headers=headers, token=user["access_token"], timeout=PATIENCE)


def own(api: Api, user: User) -> str:
    """The subject of a user who has products."""
    return str(api.get("/api/products/my", token=user["access_token"]).json()["items"][0]["owner_id"])


def test_what_one_exports_another_imports(api: Api, new_user: Callable[[], User]) -> None:
    ada, grace = new_user(), new_user()
    answer = bring(api, ada, RECORDS.encode(), "text/csv")
    assert answer.status_code == 200, answer.text
    assert [sorted(line) for line in answer.json()["lines"]] == [["id", "line"], ["errors", "line"], ["id", "line"]]

    for media_type in (NDJSON, "text/csv"):
        taken = api.get(f"/api/products/export?owner={own(api, ada)}", headers={"Accept": media_type})
        assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
        assert bring(api, grace, taken.content, media_type).json()["created"] == 2
    lines = api.get(f"/api/products/export?owner={own(api, grace)}").content.splitlines()
    names = [json.loads(line)["name"] for line in lines]
    assert names == ['=1+1, "quoted"\nbroken', "Téa"] * 2
    assert all(b'"price":0.1,' in line or b'"price":999999999999999.99,' in line for line in lines)


def test_a_body_that_no_import_may_have_is_refused_by_the_gateway_or_behind_it(
    api: Api, new_user: Callable[[], User]
) -> None:
    ada = new_user()
    for data in (b"\n" * 66_000_000, iter([b"\n" * 1_000_000] * 70)):
        answer = bring(api, ada, data)
        assert answer.status_code == 413, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert bring(api, ada, b"x", "text/plain").json()["code"] == "unsupported_media_type"
    assert api.post("/api/products/import", data=b"{}", headers={"Content-Type": NDJSON}).status_code == 401


@pytest.mark.parametrize("count", [3_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_thousands_of_products_come_in_one_request(api: Api, new_user: Callable[[], User], count: int) -> None:
    ada = new_user()
    report = bring(api, ada, teapots(count)).json()
    assert (report["created"], report["failed"]) == (count, 0)
    ids = [line["id"] for line in report["lines"]]
    assert len(set(ids)) == count
    assert api.get(f"/api/products/{ids[-1]}").json()["name"] == f"Teapot {count - 1}"
    with api.get(f"/api/products/export?owner={own(api, ada)}", stream=True, timeout=PATIENCE) as answer:
        assert sum(piece.count(b"\n") for piece in answer.iter_content(65536)) == count

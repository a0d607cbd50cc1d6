"""A frontend lists products through the gateway: in order, narrowed down, searched, page after page."""

import secrets
from collections.abc import Callable

from tests.integration.platform_client import Api, User

LIST = "/api/products"


def test_products_are_ordered_searched_counted_and_paged(api: Api, new_user: Callable[[], User]) -> None:
    owner, word = new_user(), f"w{secrets.token_hex(6)}"
    ids = []
    for price in (3, 1.5, 2):
        created = api.post(LIST, token=owner["access_token"], json={"name": f"Émail {word} {price}", "price": price})
        ids.append(created.json()["id"])

    query = f"{LIST}?q=emai+{word.upper()}&sort=price&min_price=1.5&limit=2&with_total=true"
    first = api.get(query).json()
    assert ([item["id"] for item in first["items"]], first["total"]) == ([ids[1], ids[2]], 3)
    later = api.get(f"{query}&cursor={first['next_cursor']}").json()
    assert ([item["id"] for item in later["items"]], later["next_cursor"]) == ([ids[0]], None)
    refused = api.get(f"{LIST}?sort=name&cursor={first['next_cursor']}")
    assert [error["field"] for error in refused.json()["errors"]] == ["cursor"]

    own = api.get(f"{LIST}/my?sort=-price", token=owner["access_token"]).json()
    assert [item["id"] for item in own["items"]] == [ids[0], ids[2], ids[1]]
    some = api.get(f"{LIST}?ids={ids[2]},{ids[0]}").json()
    assert [item["id"] for item in some["items"]] == [ids[2], ids[0]]


def test_lists_that_many_ask_for_are_kept_for_a_moment_and_searches_are_not(api: Api) -> None:
    kept = f"{LIST}?sort=price&min_price=1&with_total=true"
    assert any(api.get(kept).headers["X-Cache"] == "HIT" for _ in range(100))
    for _ in range(3):
        assert api.get(f"{LIST}?q=teapot").headers["X-Cache"] == "BYPASS"

"""Products are changed by who has seen them, and offered once however often the request is sent."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User

PRODUCTS = "/api/products"
AT_ONCE = 8
TEAPOT = {"name": "Teapot", "price": 1998.99, "currency": "EUR"}

NewUser = Callable[[], User]


def together(api: Api, request: Callable[[Api], requests.Response]) -> list[requests.Response]:
    """Call the gateway from several threads, each with connections of its own."""

    def call(_number: int) -> requests.Response:
        own = Api(api.url)
        try:
            return request(own)
        finally:
            own.session.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, range(AT_ONCE)))


def offer(api: Api, user: User, **headers: str) -> requests.Response:
    return api.post(PRODUCTS, token=user["access_token"], json=TEAPOT, headers=headers)


def change(api: Api, user: User, path: str, etag: str | None, **body: Any) -> requests.Response:
    headers = {"Content-Type": "application/merge-patch+json", **({} if etag is None else {"If-Match": etag})}
    return api.patch(path, token=user["access_token"], json=body, headers=headers)


def test_a_product_is_changed_by_its_owner_as_it_was_seen(api: Api, new_user: NewUser) -> None:
    owner, stranger = new_user(), new_user()
    path = offer(api, owner).headers["Location"]
    seen = api.get(path)
    assert '"price":1998.99,' in seen.text
    assert change(api, owner, path, None, price=1).status_code == 428
    assert change(api, stranger, path, seen.headers["ETag"], price=1).status_code == 403
    changed = change(api, owner, path, seen.headers["ETag"], price=1999)
    assert (changed.status_code, changed.json()["version"], changed.json()["name"]) == (200, 2, "Teapot")
    assert '"price":1999,' in changed.text
    late = change(api, owner, path, seen.headers["ETag"], price=1)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    stale = api.delete(path, token=owner["access_token"], headers={"If-Match": seen.headers["ETag"]})
    assert stale.status_code == 412
    last = api.delete(path, token=owner["access_token"], headers={"If-Match": f"W/{changed.headers['ETag']}"})
    assert last.status_code == 204


def test_of_those_who_change_one_version_at_once_one_wins(api: Api, new_user: NewUser) -> None:
    owner = new_user()
    made = offer(api, owner)
    path, seen = made.headers["Location"], made.headers["ETag"]
    answers = together(api, lambda own: change(own, owner, path, seen, name="Kettle"))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}
    assert api.get(path, token=owner["access_token"]).json()["version"] == 2


def test_a_request_with_a_key_is_done_once(api: Api, new_user: NewUser) -> None:
    owner, other = new_user(), new_user()
    key = f'"{owner["username"]}"'

    def send(own: Api) -> requests.Response:
        def answered() -> list[requests.Response]:
            answer = offer(own, owner, **{"Idempotency-Key": key})
            assert answer.status_code == 201 or answer.json()["code"] == "idempotency_in_progress"
            return [answer] if answer.status_code == 201 else []

        return eventually(answered)[0]

    answers = together(api, send)
    assert {(answer.status_code, answer.headers["Location"], answer.headers["ETag"]) for answer in answers} == {
        (201, answers[0].headers["Location"], answers[0].headers["ETag"])
    }
    assert {answer.content for answer in answers} == {answers[0].content}
    replayed = [answer for answer in answers if answer.headers.get("Idempotency-Replayed") == "true"]
    assert len(replayed) == AT_ONCE - 1
    assert len(api.get(f"{PRODUCTS}/my", token=owner["access_token"]).json()["items"]) == 1
    reused = api.post(
        PRODUCTS, token=owner["access_token"], json={**TEAPOT, "price": 1}, headers={"Idempotency-Key": key}
    )
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert offer(api, other, **{"Idempotency-Key": key}).json()["owner"] == other["username"]

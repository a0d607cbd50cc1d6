"""The public reads of catalog are kept by the gateway for a moment; nobody sees less than their own writes."""

from collections.abc import Callable

import requests

from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User

LIST = "/api/products"

NewUser = Callable[[], User]


def create(api: Api, user: User) -> str:
    """Offer a teapot and return its path."""
    answer = api.post(LIST, token=user["access_token"], json={"name": "Teapot", "price": 1})
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def shows(answer: requests.Response, path: str) -> bool:
    return any(f"{LIST}/{product['id']}" == path for product in answer.json()["items"])


def kept(api: Api, path: str) -> requests.Response:
    """An answer that the gateway gave out of its own memory: the second in a second, at the latest one of many."""
    for _ in range(100):
        answer = api.get(path)
        if answer.headers["X-Cache"] == "HIT":
            return answer
    raise AssertionError(f"{path} is never kept")


def test_an_owner_sees_a_write_at_once_and_everybody_a_moment_later(api: Api, new_user: NewUser) -> None:
    owner = new_user()
    for _ in range(3):
        write_and_look(api, owner)


def write_and_look(api: Api, owner: User) -> None:
    kept(api, LIST)
    path = create(api, owner)
    answer = api.get(LIST, token=owner["access_token"])
    assert (shows(answer, path), answer.headers["X-Cache"]) == (True, "BYPASS")
    eventually(lambda: shows(api.get(LIST), path))

    kept(api, path)
    assert api.delete(path, token=owner["access_token"]).status_code == 204
    assert api.get(path, token=owner["access_token"]).status_code == 404
    assert not shows(api.get(LIST, token=owner["access_token"]), path)
    eventually(lambda: api.get(path).status_code == 404)
    eventually(lambda: not shows(api.get(LIST), path))


def test_the_products_of_a_deleted_user_vanish_from_what_is_kept(api: Api, new_user: NewUser) -> None:
    """Within 3 s, as the parts promise: half a second until the follower comes, and two that nginx keeps an answer."""
    owner = new_user()
    paths = [create(api, owner) for _ in range(3)]
    owner_id = api.get(paths[0]).json()["owner_id"]
    lists = [LIST, f"{LIST}?limit=5", f"{LIST}?owner={owner_id}"]
    eventually(lambda: all(shows(kept(api, listed), paths[0]) for listed in lists))
    for path in paths:
        kept(api, path)
    gone = api.delete("/api/auth/me", token=owner["access_token"], json={"password": owner["password"]})
    assert gone.status_code == 204
    eventually(lambda: {api.get(path).status_code for path in paths} == {404})
    eventually(lambda: not any(shows(api.get(listed), path) for listed in lists for path in paths))


def test_a_new_name_reaches_what_is_kept_and_gives_it_another_etag(api: Api, new_user: NewUser) -> None:
    owner = new_user()
    path = create(api, owner)
    before = kept(api, path)
    name = f"renamed-{owner['username']}"[:32]
    renamed = api.patch("/api/auth/me", token=owner["access_token"], json={"username": name})
    assert renamed.status_code == 200
    eventually(lambda: api.get(path).json()["owner"] == name)
    answer = api.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_who_has_the_present_answer_is_told_so(api: Api, new_user: NewUser) -> None:
    owner = new_user()
    path = create(api, owner)
    bearer = owner["access_token"]
    for read, token, policy in (
        (path, None, "public, no-cache"),
        (path, bearer, "private, no-cache"),
        (f"{LIST}/my", bearer, "private, no-store"),
    ):
        answer = api.get(read, token=token)
        again = api.get(read, token=token, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
        assert answer.headers["Cache-Control"] == again.headers["Cache-Control"] == policy
        assert api.get(read, token=token, headers={"If-None-Match": '"another"'}).status_code == 200


def test_an_error_is_never_kept(api: Api) -> None:
    for path in (f"{LIST}/999999999", f"{LIST}?limit=0", f"{LIST}?nothing=1"):
        first, second = api.get(path), api.get(path)
        assert first.json()["request_id"] != second.json()["request_id"]
        assert first.headers["Cache-Control"] == second.headers["Cache-Control"] == "no-store"

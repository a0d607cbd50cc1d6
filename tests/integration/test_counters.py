"""Counters through the gateway: exact under many clients and workers, counted once by key, listed, gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.integration.platform_client import Api, User

CLIENTS, CALLS = 8, 10


def at_once(api: Api, work: Callable[[Api], list[requests.Response]]) -> list[requests.Response]:
    """The answers that several clients got, each with a connection of its own."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = pool.map(lambda _: work(Api(api.url)), range(CLIENTS))
        return [answer for answers in found for answer in answers]


def test_visits_are_exact_under_many_clients(api: Api, new_user: Callable[[], User]) -> None:
    token = new_user()["access_token"]
    before = api.get("/api/count", token=token).json()["visits"]
    answers = at_once(api, lambda client: [client.get("/api/count", token=token) for _ in range(CALLS)])
    told = {answer.json()["visits"] for answer in answers}
    assert len(told) == CLIENTS * CALLS  # others may visit meanwhile
    assert min(told) > before
    assert api.get("/api/count", token=token).json()["visits"] > max(told)


def test_an_increment_sent_by_many_at_once_counts_once(api: Api, new_user: Callable[[], User]) -> None:
    token, path = new_user()["access_token"], "/api/counters/cups/increment"
    key = {"Idempotency-Key": '"one-cup"'}

    def send(client: Api) -> list[requests.Response]:
        return [client.post(path, token=token, json={"by": 3}, headers=key) for _ in range(CALLS)]

    answers = at_once(api, send)
    assert [answer.json() for answer in answers] == [{"name": "cups", "value": 3}] * CLIENTS * CALLS
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers].count(None) == 1
    reused = api.post(path, token=token, json={"by": 4}, headers=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert api.get("/api/counters/cups", token=token).json()["value"] == 3


def test_a_counter_is_listed_with_its_history_and_visitors_until_it_is_deleted(
    api: Api, new_user: Callable[[], User]
) -> None:
    token = new_user()["access_token"]
    for name, by in (("tea", 2**31), ("cups", -5), ("Cake", 0)):
        assert api.post(f"/api/counters/{name}/increment", token=token, json={"by": by}).json()["value"] == by
    page = api.get("/api/counters", token=token, params={"limit": 2}).json()
    assert page["items"] == [{"name": "Cake", "value": 0}, {"name": "cups", "value": -5}]
    rest = api.get("/api/counters", token=token, params={"cursor": page["next_cursor"]}).json()
    assert rest == {"items": [{"name": "tea", "value": 2**31}], "next_cursor": None}

    for unit in ("hour", "day"):
        series = api.get("/api/counters/tea/series", token=token, params={"unit": unit}).json()
        assert sum(point["sum"] for point in series["points"]) == 2**31
    for visitor in ("ada", "bob", "ada"):
        counted = api.post("/api/counters/tea/visitors", token=token, json={"visitor": visitor})
    assert counted.json()["total"] == 2
    visitors = api.get("/api/counters/tea/visitors", token=token).json()
    assert visitors["total"] == sum(day["visitors"] for day in visitors["days"]) == 2

    assert api.delete("/api/counters/tea", token=token).status_code == 204
    for gone in ("", "/series", "/visitors"):
        assert api.get(f"/api/counters/tea{gone}", token=token).json()["code"] == "counter_not_found"
    assert api.delete("/api/counters/tea", token=token).status_code == 404
    assert [each["name"] for each in api.get("/api/counters", token=token).json()["items"]] == ["Cake", "cups"]

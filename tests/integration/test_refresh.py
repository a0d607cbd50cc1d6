"""Refreshing: many at once agree, a replay ends the session."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import HASTE, Platform
from tests.integration.platform_client import Api, User, sign_up

CALLERS = 50


def refresh(api: Api, token: str) -> dict[str, Any]:
    answer = api.post("/api/auth/refresh", json={"refresh_token": token})
    return dict(answer.json(), status=answer.status_code)


def test_fifty_refreshes_at_once_get_one_successor(platform: Platform, api: Api, new_user: Callable[[], User]) -> None:
    token = new_user()["refresh_token"]
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(lambda _: refresh(Api(platform.url), token), range(CALLERS)))
    assert {answer["status"] for answer in answers} == {200}
    (successor,) = {answer["refresh_token"] for answer in answers}
    assert len({answer["access_token"] for answer in answers}) == CALLERS
    assert all(api.get("/api/auth/me", token=answer["access_token"]).status_code == 200 for answer in answers)
    assert refresh(api, successor)["status"] == 200


def test_a_replay_after_the_window_ends_the_session(hasty_platform: Platform) -> None:
    api = Api(hasty_platform.url)
    user = sign_up(api)
    successor = refresh(api, user["refresh_token"])
    replaced_at = time.monotonic()
    assert refresh(api, user["refresh_token"])["refresh_token"] == successor["refresh_token"]
    eventually(lambda: time.monotonic() > replaced_at + HASTE)
    assert refresh(api, user["refresh_token"])["code"] == "refresh_token_invalid"
    assert refresh(api, successor["refresh_token"])["status"] == 401
    eventually(lambda: api.get("/api/count", token=successor["access_token"]).status_code == 401, 1.5)

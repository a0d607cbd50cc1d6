"""Badges through the gateway: for anybody, anywhere, until they are withdrawn."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.integration.platform_client import Api, User

BADGE = "/api/counters/cups-of-coffee/badge"


def test_anybody_sees_a_badge_until_it_is_withdrawn(api: Api, new_user: Callable[[], User]) -> None:
    owner, other = new_user(), new_user()
    token = owner["access_token"]
    assert api.put(BADGE, token=token).json()["code"] == "counter_not_found"
    api.post("/api/counters/cups-of-coffee/increment", json={"by": 41}, token=token)
    made = api.put(BADGE, token=token, json={"label": "cups", "color": "#0a7d33"})
    assert made.status_code == 200, made.text
    path = urlsplit(made.json()["url"]).path
    assert api.put(BADGE, token=token).json()["url"] == made.json()["url"] == api.get(BADGE, token=token).json()["url"]
    assert api.get(BADGE, token=other["access_token"]).status_code == 404

    shown = api.get(path)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert shown.headers["Cache-Control"] == "public, max-age=30"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "count: 41" in shown.text
    assert not re.search(f"{owner['username']}|of-coffee", shown.text)
    assert api.get(path, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    assert api.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 200

    assert api.delete(BADGE, token=token).status_code == 204
    gone, unknown = api.get(path), api.get(f"/badges/{'A' * 28}.svg")
    assert {(answer.status_code, answer.json()["code"]) for answer in (gone, unknown)} == {(404, "badge_not_found")}
    assert api.put(BADGE, token=token).json()["url"] != made.json()["url"]

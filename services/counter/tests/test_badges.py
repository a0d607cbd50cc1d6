"""Badges, as owners and everybody else meet them."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from redis.crc import key_slot

from counter.badge_image import draw, ink, shortened
from counter.repository.slots import LENGTH, RANDOM_BYTES, slot_of, unguessable_name
from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

SVG = "{http://www.w3.org/2000/svg}"
HANDSHAKE = {"info", "hello", "client|setinfo"}
HOSTILE = "</text>\"'&]]><script>x</script>"


@pytest.fixture
def ada(client: FlaskClient, tokens: TokenMaker) -> dict[str, str]:
    """The owner of a counter with the name `secret-plan`, which stands at 3."""
    headers = tokens.bearer(sub="ada")
    client.post("/api/counters/secret-plan/increment", json={"by": 3}, headers=headers)
    return headers


def put(client: FlaskClient, headers: dict[str, str], **body: Any) -> Any:
    return client.put("/api/counters/secret-plan/badge", json=body, headers=headers)


def path_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["url"]).removeprefix("http://localhost:8080")


def texts(svg: str) -> list[str | None]:
    """Title, label and number of a badge."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    return [each.text for each in root.iter() if each.tag in (f"{SVG}title", f"{SVG}text")]


def test_anybody_sees_a_badge_and_nothing_else_of_the_counter(client: FlaskClient, ada: dict[str, str]) -> None:
    url = put(client, ada).get_json()["url"]
    assert re.fullmatch(r"http://localhost:8080/badges/[A-Za-z0-9_-]{28}\.svg", url)
    shown = client.get(url)
    assert texts(shown.text) == ["count: 3", "count", "3"]
    assert not re.search("ada|secret|plan", shown.text + str(shown.headers) + url)
    client.post("/api/counters/secret-plan/increment", json={"by": 4}, headers=ada)
    assert texts(client.get(url).text) == ["count: 7", "count", "7"]


def test_a_badge_may_be_embedded_anywhere_runs_nothing_and_is_kept_for_a_moment(
    client: FlaskClient, ada: dict[str, str]
) -> None:
    path = path_of(put(client, ada))
    shown = client.get(path)
    assert shown.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "public, max-age=30"
    known = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    head = client.head(path)
    assert (head.status_code, head.headers["ETag"], head.data) == (200, shown.headers["ETag"], b"")
    client.post("/api/counters/secret-plan/increment", headers=ada)
    assert client.get(path, headers=known).status_code == 200


def test_the_address_stays_until_the_badge_is_withdrawn_and_never_comes_back(
    client: FlaskClient, ada: dict[str, str], valkey: Valkey
) -> None:
    first = path_of(put(client, ada))
    again = put(client, ada, label="cups", color="#ffee00")
    assert path_of(again) == first
    assert client.get("/api/counters/secret-plan/badge", headers=ada).get_json() == again.get_json()
    assert texts(client.get(first).text) == ["cups: 3", "cups", "3"]
    assert client.delete("/api/counters/secret-plan/badge", headers=ada).status_code == 204
    assert client.get(first).status_code == 404
    for answer in (
        client.get("/api/counters/secret-plan/badge", headers=ada),
        client.delete("/api/counters/secret-plan/badge", headers=ada),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "badge_not_found")
    second = path_of(put(client, ada))
    assert second != first
    assert client.get(first).status_code == 404
    with valkey.client() as redis:
        assert len(redis.keys("quartet:shown:*")) == 1


def test_a_deleted_counter_takes_its_badge_along(client: FlaskClient, ada: dict[str, str], valkey: Valkey) -> None:
    path = path_of(put(client, ada))
    client.delete("/api/counters/secret-plan", headers=ada)
    assert client.get(path).status_code == 404
    client.post("/api/counters/secret-plan/increment", headers=ada)
    assert client.get(path).status_code == 404
    assert client.get("/api/counters/secret-plan/badge", headers=ada).status_code == 404
    with valkey.client() as redis:
        assert redis.keys("quartet:shown:*") == []


def test_unknown_malformed_and_withdrawn_badges_look_alike(client: FlaskClient, ada: dict[str, str]) -> None:
    withdrawn = path_of(put(client, ada))
    client.delete("/api/counters/secret-plan/badge", headers=ada)
    names = ["A" * LENGTH, "x", "é", "a.svg", "%00", "{ada}", "*", "A" * 3000]
    answers = [client.get(path) for path in (withdrawn, *(f"/badges/{name}.svg" for name in names))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({str({**answer.get_json(), "request_id": ""}) for answer in answers}) == 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_only_the_owner_has_to_do_with_a_badge(client: FlaskClient, ada: dict[str, str], tokens: TokenMaker) -> None:
    path = path_of(put(client, ada))
    bob = tokens.bearer(sub="bob")
    assert put(client, bob).get_json()["code"] == "counter_not_found"
    assert client.get("/api/counters/secret-plan/badge", headers=bob).status_code == 404
    assert client.delete("/api/counters/secret-plan/badge", headers=bob).status_code == 404
    assert client.get(path).status_code == 200


def test_a_counter_without_a_badge_has_none(client: FlaskClient, ada: dict[str, str]) -> None:
    assert client.get("/api/counters/secret-plan/badge", headers=ada).get_json()["code"] == "badge_not_found"


@pytest.mark.parametrize(
    "body",
    [{"label": "x" * 41}, {"label": ""}, {"label": " a"}, {"label": "a\r\nb"}, {"label": "a\u202eb"},
     {"label": "a\0"}, {"label": None}, {"label": 1}, {"color": "red"}, {"color": "#12345"}, {"color": "#123456;"},
     {"color": "#12345g"}, {"color": "#123456\n"}, {"color": "url(x)"}, {"font": "serif"}],
)  # fmt: skip
def test_a_look_that_breaks_a_rule_is_refused(client: FlaskClient, ada: dict[str, str], body: dict[str, Any]) -> None:
    answer = put(client, ada, **body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.get_json()["errors"]} == set(body)


@pytest.mark.parametrize("label", [HOSTILE, "$value ${color}", "日本の茶", "قهوة", "☕", "a" * 40])
def test_a_label_is_text_and_nothing_else(client: FlaskClient, ada: dict[str, str], label: str) -> None:
    shown = client.get(path_of(put(client, ada, label=label)))
    assert texts(shown.text) == [f"{label}: 3", label, "3"]
    tags = {each.tag for each in ElementTree.fromstring(shown.text).iter()}  # noqa: S314 - our own
    assert tags == {f"{SVG}{tag}" for tag in ("svg", "title", "style", "clipPath", "g", "rect", "text")}


def test_a_badge_is_one_round_trip(client: FlaskClient, ada: dict[str, str], valkey: Valkey) -> None:
    path = path_of(put(client, ada))
    client.get(path)
    before = valkey.commands()
    client.get(path)
    calls = {name: number - before.get(name, 0) for name, number in valkey.commands().items()}
    assert {name: number for name, number in calls.items() if number and name not in HANDSHAKE} == {
        "evalsha": 1, "hmget": 1, "hget": 1
    }  # fmt: skip


@pytest.mark.parametrize("owner", ["ada", "3f2b8c1e-0d4a-4e61-b3c8-f0a2d4e6b8c1"])
def test_a_badges_name_is_random_and_of_its_owners_slot(owner: str) -> None:
    names = {unguessable_name(owner) for _ in range(5)}
    assert len({name[: RANDOM_BYTES * 4 // 3] for name in names}) == 5
    for name in names:
        assert re.fullmatch("[A-Za-z0-9_-]{28}", name)
        assert key_slot(f"quartet:shown:{{{name}}}".encode()) == key_slot(f"{{{owner}}}".encode()) == slot_of(owner)
    assert RANDOM_BYTES * 8 >= 128


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-7, "-7"), (999_999, "999999"), (1_000_000, "1M"), (1_999_999, "1.99M"), (-12_345_678, "-12.3M"),
     (123_456_789, "123M"), (999_999_999, "999M"), (2**63 - 1, "9.22E"), (-(2**63), "-9.22E")],
)  # fmt: skip
def test_a_long_number_is_cut_and_stands_whole_in_the_title(value: int, text: str) -> None:
    assert shortened(value) == text
    assert texts(draw("n", value, "#000000")) == [f"n: {value}", "n", text]


@pytest.mark.parametrize(("color", "text"), [("#000000", "#fff"), ("#2563eb", "#fff"), ("#FFFF00", "#111")])
def test_the_number_is_read_on_any_colour(color: str, text: str) -> None:
    assert ink(color) == text

"""A client of flask-api, which had two routes here."""

from pathlib import Path

from flask.testing import FlaskClient

from counter import create_app
from counter.settings import CounterSettings
from quartet.testing import AuthServer, TokenMaker
from services.counter.tests.valkey import Valkey

PING, COUNT = "/legacy/flask-api/api/ping", "/legacy/flask-api/api/count"


def test_anybody_may_ping(client: FlaskClient) -> None:
    answer = client.get(PING)
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Link"] == '</api/ping>; rel="successor-version"'


def test_old_and_new_clients_count_the_same_visits(client: FlaskClient, tokens: TokenMaker) -> None:
    answers = [client.get(path, headers=tokens.bearer()) for path in (COUNT, "/api/count", COUNT)]
    assert [answer.get_json() for answer in answers] == [{"visits": 1}, {"visits": 2}, {"visits": 3}]
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert answers[0].headers["Deprecation"].startswith("@")


def test_who_has_no_good_token_is_told_in_a_message_and_not_counted(client: FlaskClient, tokens: TokenMaker) -> None:
    expired = f"Bearer {tokens.token(exp=1_000_000_000)}"
    for header in (None, "nonsense", "Bearer nonsense", expired):
        answer = client.get(COUNT, headers={"Authorization": header} if header else {})
        assert (answer.status_code, answer.mimetype) == (401, "application/json")
        assert list(answer.get_json()) == ["message"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(COUNT, headers=tokens.bearer()).get_json() == {"visits": 1}


def test_a_store_that_is_away_is_told_where_old_clients_look(
    client: FlaskClient, tokens: TokenMaker, valkey: Valkey
) -> None:
    valkey.stop()
    answer = client.get(COUNT, headers=tokens.bearer())
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    problem = answer.get_json()
    assert problem["message"] == problem["error"] == problem["detail"]
    assert answer.headers["Retry-After"] == "1"


def test_they_can_be_switched_off(auth_server: AuthServer, tmp_path: Path) -> None:
    settings = CounterSettings(environment="testing", auth_url=auth_server.url, state_dir=tmp_path, legacy="off")
    client = create_app(settings).test_client()
    assert [client.get(path).status_code for path in (PING, COUNT, "/api/ping")] == [404, 404, 200]

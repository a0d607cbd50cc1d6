"""Deny by default: who may call what."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.app import create_service
from quartet.settings import Settings
from quartet.testing import INTERNAL_SECRET, AuthServer, TokenMaker
from shared.tests.toy import blueprint, toy_app, toy_client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_route_without_a_mark_needs_a_token(client: FlaskClient, tokens: TokenMaker) -> None:
    refused = client.get("/guarded")
    assert refused.status_code == 401
    assert refused.get_json()["code"] == "token_missing"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="quartet"'
    assert client.get("/guarded", headers=tokens.bearer(sub="ada")).get_json() == {"subject": "ada"}


def test_head_needs_a_token_where_get_does(client: FlaskClient, tokens: TokenMaker) -> None:
    assert client.head("/guarded").status_code == 401
    assert client.head("/guarded", headers=tokens.bearer()).status_code == 200


def test_a_public_route_needs_none_and_minds_no_bad_one(client: FlaskClient) -> None:
    assert client.get("/open").status_code == 200
    assert client.get("/open", headers=bearer("a.b.c")).status_code == 200


def test_a_token_counts_nowhere_but_in_the_header(client: FlaskClient, tokens: TokenMaker) -> None:
    token = tokens.token()
    for name in ("access_token", "token", "jwt", "access_token_cookie"):
        assert client.get("/guarded", query_string={name: token}).status_code == 401
        client.set_cookie(name, token)
    assert client.get("/guarded").status_code == 401


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer   {} "])
def test_the_scheme_may_be_written_in_any_case(client: FlaskClient, tokens: TokenMaker, header: str) -> None:
    answer = client.get("/guarded", headers={"Authorization": header.format(tokens.token())})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Bearer ", "token_missing"),
        ("{}", "token_missing"),
        ("Basic {}", "token_missing"),
        ("Basic YTpi, Bearer {}", "token_missing"),
        ("Bearer: {}", "token_missing"),
        ("Bearer\t{}", "token_missing"),
        ("Bearer {} {}", "token_invalid"),
        ("Bearer {},Bearer {}", "token_invalid"),
        ("Bearer {}, Basic YTpi", "token_invalid"),
        ('Bearer "{}"', "token_invalid"),
    ],
)
def test_a_header_of_another_form_is_refused(client: FlaskClient, tokens: TokenMaker, header: str, code: str) -> None:
    answer = client.get("/guarded", headers={"Authorization": header.format(*[tokens.token()] * 2)})
    assert (answer.status_code, answer.get_json()["code"]) == (401, code)
    assert ("error=" in answer.headers["WWW-Authenticate"]) == (code == "token_invalid")


def test_anybody_may_ask_for_the_methods_and_no_view_is_called(client: FlaskClient) -> None:
    answer = client.options("/guarded")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.allow == {"GET", "HEAD", "OPTIONS"}


def test_a_view_that_takes_options_itself_is_guarded(auth_server: AuthServer, tmp_path: Path) -> None:
    app = toy_app(auth_server, tmp_path)
    app.add_url_rule("/own-options", view_func=lambda: "", endpoint="own", methods=["OPTIONS"])
    assert app.test_client().options("/own-options").status_code == 401


def test_a_good_token_that_was_revoked_is_refused(auth_server: AuthServer, tokens: TokenMaker, tmp_path: Path) -> None:
    app = toy_app(auth_server, tmp_path, is_revoked=lambda claims: claims["sid"] == "ended")
    refused = app.test_client().get("/guarded", headers=tokens.bearer(sid="ended"))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_revoked")
    assert app.test_client().get("/guarded", headers=tokens.bearer(sid="lasting")).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", INTERNAL_SECRET[:-1], INTERNAL_SECRET + "0", "é"])
def test_an_internal_route_needs_the_internal_secret(client: FlaskClient, token: str) -> None:
    answer = client.get("/inner", headers=bearer(token))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "internal_secret_invalid")


def test_the_internal_secret_opens_internal_routes_and_no_others(client: FlaskClient, tokens: TokenMaker) -> None:
    assert client.get("/inner", headers=bearer(INTERNAL_SECRET)).status_code == 200
    assert client.get("/inner", headers=tokens.bearer()).status_code == 401
    assert client.get("/guarded", headers=bearer(INTERNAL_SECRET)).status_code == 401


def test_while_the_internal_secret_is_being_changed_both_are_accepted(auth_server: AuthServer, tmp_path: Path) -> None:
    new = INTERNAL_SECRET[::-1]
    client = toy_client(auth_server, tmp_path, internal_secret=f"{new},{INTERNAL_SECRET}")
    for secret, status in {new: 200, INTERNAL_SECRET: 200, f"{new},{INTERNAL_SECRET}": 401, "": 401}.items():
        assert client.get("/inner", headers=bearer(secret)).status_code == status


def test_a_role_is_needed_where_it_is_asked_for(client: FlaskClient, tokens: TokenMaker) -> None:
    refused = client.get("/admins", headers=tokens.bearer(roles=["user"]))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "forbidden")
    assert client.get("/admins", headers=tokens.bearer(roles=["user", "admin"])).status_code == 200
    assert client.get("/admins").status_code == 401


def test_headers_that_claim_an_identity_are_no_token(client: FlaskClient) -> None:
    claims = {"X-User-Id": "1", "X-Roles": "admin", "X-Session-Id": "1"}
    assert client.get("/admins", headers=claims).status_code == 401


def test_without_any_key_a_token_is_503_never_401(auth_server: AuthServer, tokens: TokenMaker, tmp_path: Path) -> None:
    auth_server.failing = True
    answer = toy_client(auth_server, tmp_path).get("/guarded", headers=tokens.bearer())
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/nothing", "/guarded/more", "//guarded", "/GUARDED"])
def test_what_is_not_there_is_404_without_a_token(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["", "None", INTERNAL_SECRET])
def test_a_service_without_the_internal_secret_opens_internal_routes_to_nobody(
    token: str, auth_server: AuthServer, tmp_path: Path
) -> None:
    class Secretless(Settings):
        service = "toy"

    settings = Secretless(environment="testing", auth_url=auth_server.url, state_dir=tmp_path)
    app = create_service("toy", settings, title="Toy")
    app.register_blueprint(blueprint)
    assert app.test_client().get("/inner", headers=bearer(token)).status_code == 401

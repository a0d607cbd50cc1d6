"""Routes of older systems: errors in their words, a notice in every answer, gone when they are switched off."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from quartet import legacy, openapi
from quartet.app import create_service
from quartet.errors import Conflict, Forbidden, NotFound
from quartet.guard import public
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, LegacyInput, Told, replaced_by
from quartet.openapi import problems_of
from shared.tests.toy import ToySettings

TELLINGS = {
    "conflict": Told(400),
    "forbidden": Told(401),
    "invalid_input": Told(400, "error"),
    **dict.fromkeys(TOKEN_CODES, Told(401, "error")),
    "token_missing": Told(401, "error", "Token is missing"),
}


class Thing(LegacyInput):
    name: str


def blueprint() -> LegacyBlueprint:
    routes = LegacyBlueprint("toy-system", __name__, TELLINGS)

    @routes.post("/things")
    @replaced_by("POST /api/things")
    @public
    @problems_of(Conflict, NotFound, Forbidden)
    @routes.input(Thing, arg_name="body")
    def make(body: Thing) -> dict[str, str]:
        """Make a thing."""
        if body.name == "taken":
            raise Conflict("Another has it.")
        if body.name == "lost":
            raise NotFound
        if body.name == "secret":
            raise Forbidden
        return {"name": body.name}

    @routes.get("/things/<id:thing_id>")
    @replaced_by("GET /api/things/{thing_id}")
    def show(thing_id: int) -> dict[str, int]:
        """Show a thing."""
        return {"id": thing_id}

    return routes


def client(**settings: Any) -> FlaskClient:
    chosen = ToySettings(**settings)
    app = create_service("toy", chosen, title="Toy")
    legacy.init_app(app, chosen, blueprint())
    return app.test_client()


PATH = "/legacy/toy-system/things"


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("taken", 400, {"message": "Another has it."}),
        (1, 400, {"error": "name: Input should be a valid string"}),
        ("new", 200, {"name": "new"}),
    ],
)
def test_an_error_is_told_as_the_system_told_it(name: object, status: int, body: dict[str, str]) -> None:
    answer = client().post(PATH, json={"name": name, "nobody knows": 1})
    assert (answer.status_code, answer.mimetype, answer.json) == (status, "application/json", body)


def test_any_other_error_is_a_problem_with_its_text_where_old_clients_look() -> None:
    answer = client().post(PATH, json={"name": "lost"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None
    assert answer.json["code"] == "not_found"
    assert answer.json["message"] == answer.json["error"] == answer.json["detail"]


@pytest.mark.parametrize(
    ("header", "body"),
    [({}, {"error": "Token is missing"}), ({"Authorization": "Bearer x"}, {"error": "The access token is not valid."})],
)
def test_a_text_that_clients_compare_is_kept(header: dict[str, str], body: dict[str, str]) -> None:
    answer = client().get(f"{PATH}/7", headers=header)
    assert (answer.status_code, answer.json) == (401, body)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_whatever_is_told_as_a_login_that_failed_names_the_way_to_log_in() -> None:
    answer = client().post(PATH, json={"name": "secret"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="quartet"')


def test_every_answer_says_that_the_route_is_deprecated_and_what_replaced_it() -> None:
    for answer in (client().post(PATH, json={"name": "taken"}), client().post(PATH, json={"name": "new"})):
        assert answer.headers["Deprecation"] == "@1795219200"
        assert answer.headers["Link"] == '</api/things>; rel="successor-version"'
    assert client().get(f"{PATH}/7").headers["Link"] == '</api/things/7>; rel="successor-version"'


def test_they_can_be_switched_off() -> None:
    answer = client(legacy="off").post(PATH, json={"name": "new"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_document_tells_errors_as_the_answers_do() -> None:
    chosen = ToySettings()
    app = create_service("toy", chosen, title="Toy")
    legacy.init_app(app, chosen, blueprint())
    paths = openapi.document(app)["paths"]
    make = paths[PATH]["post"]
    assert make["deprecated"] is True
    assert make["description"].endswith("Deprecated: use `POST /api/things`.")
    assert make["tags"] == ["Legacy: toy-system"]
    assert {"409", "422"}.isdisjoint(make["responses"])
    told = make["responses"]["400"]["content"]["application/json"]
    assert set(told["examples"]) == {"conflict", "invalid_input"}
    assert {schema["required"][0] for schema in told["schema"]["anyOf"]} == {"message", "error"}
    example = make["responses"]["404"]["content"]["application/problem+json"]["examples"]["not_found"]["value"]
    assert example["message"] == example["detail"]
    assert "Deprecation" in make["responses"]["200"]["headers"]
    show = paths[PATH + "/{thing_id}"]["get"]
    assert set(show["responses"]["401"]["content"]) == {"application/json", "application/problem+json"}

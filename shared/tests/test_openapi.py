"""The document of a service follows from its code: who may call, and how a call can end."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from quartet.openapi import document
from quartet.openapi_document import GATE_ERRORS, GATEWAY_ERRORS, TOKEN_ERRORS
from quartet.testing import AuthServer
from shared.tests.toy import toy_app

Json = dict[str, Any]

_ERRORS = Path(__file__).resolve().parents[2] / "gateway/errors.json"


@pytest.fixture
def toy(auth_server: AuthServer, tmp_path: Path) -> Json:
    return document(toy_app(auth_server, tmp_path))


def codes(operation: Json, status: int) -> set[str]:
    return set(operation["responses"][str(status)]["content"]["application/problem+json"]["examples"])


def test_it_is_valid(toy: Json) -> None:
    OpenAPIV31SpecValidator(toy).validate()


def test_it_shows_what_the_gateway_may_route_and_no_more(toy: Json) -> None:
    assert set(toy["paths"]) == {
        "/admins",
        "/away",
        "/broken",
        "/greetings",
        "/guarded",
        "/kept/{thing_id}",
        "/open",
        "/things/{thing_id}",
    }


def test_a_guarded_operation_says_so(toy: Json) -> None:
    guarded, free = toy["paths"]["/guarded"]["get"], toy["paths"]["/open"]["get"]
    assert guarded["security"] == [{"accessToken": []}]
    assert codes(guarded, 401) == {"token_missing", "token_invalid", "token_expired", "token_revoked"}
    assert free["security"] == []
    assert "401" not in free["responses"]


def test_an_answer_that_is_kept_may_be_asked_for_again(toy: Json) -> None:
    kept, free = toy["paths"]["/kept/{thing_id}"]["get"], toy["paths"]["/open"]["get"]
    assert (
        set(kept["responses"]["304"]["headers"])
        == set(kept["responses"]["200"]["headers"])
        == {"ETag", "Cache-Control"}
    )
    assert codes(kept, 412) == {"precondition_failed"}
    assert [each["name"] for each in kept["parameters"] if each["in"] == "header"] == ["If-None-Match"]
    assert "304" not in free["responses"]


def test_a_role_can_be_lacking(toy: Json) -> None:
    assert codes(toy["paths"]["/admins"]["get"], 403) == {"forbidden"}
    assert "403" not in toy["paths"]["/guarded"]["get"]["responses"]


def test_a_body_can_be_wrong_in_four_ways_and_the_view_fail_in_its_own(toy: Json) -> None:
    greet = toy["paths"]["/greetings"]["post"]
    assert greet["summary"] == "Greet."
    assert greet["requestBody"]["required"]
    assert greet["requestBody"]["content"]["application/json"]["example"] == {"name": "Ada"}
    assert greet["responses"]["201"]["content"]["application/json"]["example"] == {"text": "Hello Ada"}
    assert "malformed_request" in codes(greet, 400)
    assert codes(greet, 409) == {"conflict"}
    assert codes(greet, 413) == {"body_too_large"}
    assert codes(greet, 415) == {"unsupported_media_type"}
    assert codes(greet, 422) == {"invalid_input"}


def test_an_id_is_a_number_that_may_name_nothing(toy: Json) -> None:
    thing = toy["paths"]["/things/{thing_id}"]["get"]
    (parameter,) = thing["parameters"]
    assert (parameter["name"], parameter["required"]) == ("thing_id", True)
    assert parameter["schema"] == {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
    assert codes(thing, 404) == {"not_found"}


def test_what_comes_later_has_its_header(toy: Json) -> None:
    for methods in toy["paths"].values():
        for operation in methods.values():
            assert operation["responses"]["503"]["headers"]["Retry-After"]
            assert operation["responses"]["429"]["headers"]["Retry-After"]


def test_what_the_gateway_may_answer_is_told_in_its_own_words() -> None:
    own = {error["code"]: (error["status"], error["meaning"]) for error in json.loads(_ERRORS.read_text())}
    # Said to a wrong address, method or protocol: no operation answers so.
    no_operation = {
        "not_found",
        "method_not_allowed",
        "not_implemented",
        "http_version_not_supported",
        "https_expected",
    }
    told = {
        code: (status, detail)
        for errors in (GATEWAY_ERRORS, GATE_ERRORS)
        for status, codes in errors.items()
        for code, detail in codes.items()
    }
    told |= {error.code: (401, error.detail) for error in TOKEN_ERRORS}
    assert told == {code: error for code, error in own.items() if code not in no_operation}


def test_only_a_guarded_operation_waits_for_keys_and_revocations(toy: Json) -> None:
    assert {"not_ready", "revocations_stale"} <= codes(toy["paths"]["/guarded"]["get"], 503)
    assert codes(toy["paths"]["/open"]["get"], 503) == {"unavailable"}

"""What auth takes in: every field has a limit, and what breaks one is told which and why, never with a 500."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import addresses, schemas
from auth.use_cases.identities import key_of
from quartet.legacy import LegacyInput
from quartet.schemas import Choice, Input, Query
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.names import BAD

HALF = "\ud800"
LONGEST_DOMAIN = ".".join([*("b" * 63 for _ in range(3)), "example"])

ADDRESSES = {
    "a@b.example": "a@b.example",
    "Ada.O'Neil+tag@Example.COM": "Ada.O'Neil+tag@example.com",
    "a" * 64 + "@example.com": "a" * 64 + "@example.com",
    "a@" + LONGEST_DOMAIN: "a@" + LONGEST_DOMAIN,
    "a" * 54 + "@" + LONGEST_DOMAIN: "a" * 54 + "@" + LONGEST_DOMAIN,
    "ada@bücher.example": "ada@xn--bcher-kva.example",
    "ada@xn--bcher-kva.example": "ada@xn--bcher-kva.example",
    "ada@例え。テスト.jp": "ada@xn--r8jz45g.xn--zckzah.jp",
}
NO_ADDRESSES = [
    *("", "ada", "@", "ada@", "@example.com", "ada@@example.com", "ada@example", "ada@localhost", "ada＠example.com"),
    *(".ada@example.com", "ada.@example.com", "a..da@example.com", "a da@example.com", "ada@exam ple.com"),
    *("ada@example.com ", "ada@example.com\n", "ada@example.com\r\nBcc: eve@example.com", "Ada <ada@example.com>"),
    *('"a da"@example.com', "ada@[127.0.0.1]", "ada@127.0.0.1", "ada@-a.example", "ada@a_b.example", "ada@a..example"),
    *(
        "ada@xn--a.example",
        "ada@a\u200db.example",
        "ada@a\u202eb.example",
        "a\u0000da@example.com",
        "ada,eve@b.example",
    ),
    *("a" * 65 + "@example.com", "a@" + "b" * 64 + ".example", "a@" + "ü" * 63 + ".example"),
    *("a" * 55 + "@" + LONGEST_DOMAIN, "a" * 300 + "@example.com", "a@" + "b." * 150 + "example"),
    *("adä@example.com", "ß@example.com", "\u212aelvin@example.com", "аda@example.com", "山@example.com"),
]


def inputs(base: type[Input] = Input) -> Iterator[type[Input]]:
    for module in pkgutil.iter_modules(schemas.__path__, f"{schemas.__name__}."):
        importlib.import_module(module.name)
    kind: type[Input]
    for kind in base.__subclasses__():
        yield from inputs(kind)
        if kind.__module__.startswith(f"{schemas.__name__}."):
            yield kind


def unlimited(schema: dict[str, Any], where: str) -> Iterator[str]:
    """Yield where a JSON Schema lets text, a number or a list be as big as it likes."""
    for name, member in schema.get("properties", {}).items():
        yield from unlimited(member, f"{where}.{name}")
    for each in (*schema.get("anyOf", ()), *schema.get("$defs", {}).values()):
        yield from unlimited(each, where)
    match schema.get("type"):
        case "string" if "enum" not in schema and "const" not in schema and "maxLength" not in schema:
            if not re.fullmatch(r"\^[^*+]*\$", schema.get("pattern", "")):
                yield where
        case "integer" | "number" if not {"minimum", "maximum"} <= schema.keys():
            yield where
        case "array":
            if "maxItems" not in schema:
                yield where
            yield from unlimited(schema.get("items", {}), f"{where}[]")


@pytest.mark.parametrize("kind", sorted(set(inputs()), key=str))
def test_every_field_has_a_limit_and_no_other_is_taken(kind: type[Input]) -> None:
    assert list(unlimited(kind.model_json_schema(), kind.__name__)) == []
    assert kind.model_config["extra"] == ("ignore" if issubclass(kind, LegacyInput) else "forbid")


def test_the_inputs_are_found() -> None:
    assert {"SignUp", "Login", "Refresh", "FeedQuery"} <= {each.__name__ for each in inputs()}
    assert issubclass(next(each for each in inputs() if each.__name__ == "FeedQuery"), Query)
    assert issubclass(next(each for each in inputs() if each.__name__ == "Login"), Choice)


@pytest.mark.parametrize(("text", "stored"), ADDRESSES.items())
def test_an_address_is_kept_as_mail_is_sent_to_it(api: Api, text: str, stored: str) -> None:
    answer = api.sign_up("ada", text)
    assert answer.status_code == 202
    assert answer.get_json()["email"] == stored
    assert len(stored) <= addresses.LONGEST
    assert key_of(text) == key_of(stored) == stored.lower()


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_for_mail_is_refused_with_the_reason(api: Api, text: str) -> None:
    answer = sent(api, "/api/auth/signup", username="ada", email=text, password=PASSWORD)
    assert answer.status_code == 422
    ((field, message),) = [(error["field"], error["message"]) for error in answer.get_json()["errors"]]
    assert field == "email"
    assert message
    assert len(text) < 3 or text not in message


def test_an_address_outside_ascii_is_told_so(api: Api) -> None:
    answer = api.sign_up("ada", "adä@example.com")
    assert "Internationalized characters before the @-sign are not supported" in answer.text


@pytest.mark.parametrize("path", ["/api/auth/signup", "/api/auth/login"])
@pytest.mark.parametrize("field", ["username", "email", "password"])
def test_half_a_surrogate_pair_is_a_422_that_names_the_field(api: Api, path: str, field: str) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
    if path.endswith("login"):
        del body["email" if field == "username" else "username"]
    answer = sent(api, path, **{**body, field: f"{HALF}{PASSWORD}"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


JUNK = [
    *(name for names in BAD.values() for name in names if 0 < len(name) <= 254 and "\0" not in name),
    *(
        "\U0001f600" * 254,
        "\u0301" * 254,
        "\u200b",
        " ",
        "ﷺ" * 254,
        "\u0390" * 254,
        "@" * 254,
        "' OR 1=1 --",
        "%",
        "\\",
    ),
]


def test_a_login_by_a_name_that_cannot_be_costs_one_hash_and_answers_like_any_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
        hashed.append(password)
        return real(hasher, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    wrong = api.log_in("nobody").get_json()
    for number, (field, text) in enumerate((field, text) for field in ("username", "email") for text in JUNK):
        hashed.clear()
        answer = sent(api, "/api/auth/login", address=f"192.0.2.{number % 250}", **{field: text, "password": PASSWORD})
        assert answer.status_code == 401, ascii(text)
        assert without_id(answer.get_json()) == without_id(wrong)
        assert hashed == [PASSWORD]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.characters(codec=None), min_size=0, max_size=300), st.sampled_from(["username", "email"]))
def test_no_text_makes_auth_stumble(api: Api, text: str, field: str) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD, field: text}
    assert sent(api, "/api/auth/signup", **body).status_code in {202, 409, 422}
    assert sent(api, "/api/auth/login", **{field: text, "password": PASSWORD}).status_code in {401, 403, 422, 429}


def sent(api: Api, path: str, address: str = "127.0.0.1", **body: str) -> Any:
    """Post JSON with escapes, which can say what UTF-8 cannot."""
    data = json.dumps(body)
    base = {"REMOTE_ADDR": address}
    return api.client.post(path, data=data, content_type="application/json", environ_base=base)


def without_id(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name != "request_id"}

"""A small service on the platform, for the tests of the platform."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, ClassVar

from apiflask import APIFlask
from flask import current_app
from flask.testing import FlaskClient
from pydantic import Field, SecretStr

from quartet.app import create_service
from quartet.caching import kept
from quartet.errors import Conflict, Unavailable
from quartet.guard import internal, principal, public, requires_role
from quartet.health import Check
from quartet.openapi import Blueprint, problems_of
from quartet.schemas import Input, Output, Query, Text
from quartet.settings import InternalSettings
from quartet.testing import INTERNAL_SECRET, AuthServer
from quartet.tokens import Claims


class ToySettings(InternalSettings):
    service: ClassVar[str] = "toy"


class Greeting(Input):
    name: Annotated[Text, Field(min_length=1, max_length=10)]
    times: int = Field(1, ge=1, le=3)


class Paging(Query):
    limit: int = Field(1, ge=1, le=3)


class Greeted(Output):
    text: str


blueprint = Blueprint("toy", __name__, tag="Toy")


@blueprint.get("/guarded")
def guarded() -> dict[str, str]:
    """Say who calls."""
    return {"subject": principal().subject}


@blueprint.get("/open")
@public
@blueprint.input(Paging, location="query", arg_name="query")
def free(query: Paging) -> dict[str, int]:
    """Say how many."""
    return {"limit": query.limit}


@blueprint.get("/kept/<id:thing_id>")
@public
@kept("public, max-age=60")
def kept_thing(thing_id: int) -> tuple[dict[str, int], int]:
    """Show a thing for a while."""
    return {"id": thing_id}, 200 if thing_id < 100 else 202


@blueprint.get("/inner")
@internal
def inner() -> dict[str, str]:
    """Talk among ourselves."""
    return {}


@blueprint.get("/admins")
@requires_role("admin")
def admins() -> dict[str, str]:
    """Talk among admins."""
    return {}


@blueprint.post("/greetings")
@public
@problems_of(Conflict)
@blueprint.input(Greeting, arg_name="body", example={"name": "Ada"})
@blueprint.output(Greeted, HTTPStatus.CREATED, example={"text": "Hello Ada"})
def greet(body: Greeting) -> Greeted:
    """Greet."""
    if body.name == "again":
        raise Conflict("One greeting is enough.")
    return Greeted(text=" ".join(["Hello", body.name] * body.times))


@blueprint.get("/broken")
@public
def broken() -> None:
    """Fail."""
    raise RuntimeError("the secret of the database is hunter2")


@blueprint.get("/away")
@public
def away() -> None:
    """Be away."""
    raise Unavailable


@blueprint.get("/things/<id:thing_id>")
@public
def thing(thing_id: int) -> dict[str, int]:
    """Show a thing."""
    current_app.logger.info("shown")
    return {"id": thing_id}


def toy_app(
    auth: AuthServer,
    folder: Path,
    checks: dict[str, Check] | None = None,
    is_revoked: Callable[[Claims], bool] | None = None,
    internal_secret: str = INTERNAL_SECRET,
) -> APIFlask:
    settings = ToySettings(
        environment="testing",
        auth_url=auth.url,
        internal_secret=SecretStr(internal_secret),
        state_dir=folder,
    )
    app = create_service("toy", settings, title="Toy", checks=checks, is_revoked=is_revoked)
    app.register_blueprint(blueprint)
    return app


def toy_client(
    auth: AuthServer, folder: Path, checks: dict[str, Check] | None = None, internal_secret: str = INTERNAL_SECRET
) -> FlaskClient:
    return toy_app(auth, folder, checks, internal_secret=internal_secret).test_client()

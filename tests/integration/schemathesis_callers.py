"""Who calls when schemathesis tries an operation; loaded by schemathesis, with GATEWAY_URL and ADMIN_PASSWORD set."""

import os
import secrets
from functools import cache
from typing import Any

import schemathesis

from tests.integration.platform_client import Api, User, log_in

# These end the session or the account of their caller, and whatever the same caller tried next would be 401; or they
# are for a few times a day, and would be 429.
LEAVING = {
    "POST /api/auth/logout",
    "POST /api/auth/logout-all",
    "DELETE /api/auth/me",
    "PATCH /api/auth/me",
    "GET /api/auth/me/export",
    "POST /legacy/preqlin/logout",
    "PUT /legacy/web3m/api/v1/users",
    "PUT /legacy/web3m/api/v1/users/",
    "DELETE /legacy/web3m/api/v1/users",
    "DELETE /legacy/web3m/api/v1/users/",
}
OF_A_USER = {
    "GET /api/users/{user_id}",
    "PATCH /api/users/{user_id}",
    "DELETE /api/users/{user_id}",
    "POST /api/users/{user_id}/revoke",
    "GET /legacy/preqlin/user/{user_id}",
    "DELETE /legacy/preqlin/user/{user_id}",
}
OF_AN_ADMIN = {*OF_A_USER, "GET /api/users", "GET /api/audit"}
LOW = 1000

schemathesis.serializer.alias(["application/x-ndjson", "application/jsonl"], "text/plain")

api = Api(os.environ["GATEWAY_URL"])


def new_user() -> User:
    """A new user of a platform that asks for no confirmation."""
    username, password = f"user-{secrets.token_hex(6)}", secrets.token_urlsafe(16)
    answer = api.post("/api/auth/signup", json={"username": username, "password": password})
    assert answer.status_code == 201, answer.text
    return log_in(api, username, "", password)


@cache
def admin() -> User:
    return log_in(api, "admin", "", os.environ["ADMIN_PASSWORD"])


@cache
def user() -> User:
    return new_user()


def keeps_to_the_schema(case: schemathesis.Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.auth(refresh_interval=None)
class Caller:
    """Nobody on a public route, the admin on the admin's, a new user where the caller leaves, else one user."""

    def get(self, case: schemathesis.Case[Any], _: schemathesis.AuthContext) -> User | None:
        if not case.operation.definition.raw["security"]:
            return None
        if case.operation.label in LEAVING:
            return new_user()
        return admin() if case.operation.label in OF_AN_ADMIN else user()

    def set(self, case: schemathesis.Case[Any], caller: User, _: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {caller['access_token']}"
        if case.operation.label == "DELETE /api/auth/me" and keeps_to_the_schema(case):
            case.body = {"password": caller["password"]}


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case[Any], __: dict[str, Any]) -> None:
    """Let a low user id be that of somebody, and never that of the admin who calls."""
    if case.operation.label not in OF_A_USER:
        return
    user_id = str(case.path_parameters["user_id"])
    if user_id == str(admin()["id"]) or (keeps_to_the_schema(case) and int(user_id) < LOW):
        case.path_parameters["user_id"] = new_user()["id"]

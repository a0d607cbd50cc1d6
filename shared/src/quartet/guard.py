"""Deny by default: a route answers only with a good access token, unless it is marked otherwise."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_jwt_extended import JWTManager, get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException, RevokedTokenError
from prometheus_client import Counter

from quartet.errors import Forbidden, Unauthenticated
from quartet.keys import KeysNotReady
from quartet.outcomes import FAILED, OK, begin_at_zero, counted
from quartet.settings import InternalSettings, Settings
from quartet.tokens import Claims, TokenExpired, TokenInvalid, TokenMissing, TokenRevoked, Verifier

TOKEN_CHECKS = Counter("quartet_token_checks", "Access tokens that were checked.", ["outcome"])
ONE_WORD = re.compile(r"[^\s,]+")

View = TypeVar("View", bound=Callable[..., Any])


class InternalSecretInvalid(Unauthenticated):
    code = "internal_secret_invalid"
    detail = "This route needs the internal secret."


@dataclass(frozen=True)
class Principal:
    """Who is calling, as the access token says; `subject` and `session_id` are UUIDs."""

    subject: str
    username: str
    session_id: str
    roles: frozenset[str]

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


def public(view: View) -> View:
    """Mark a view that anybody may call."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def internal(view: View) -> View:
    """Mark a view for our own parts: it takes the internal secret as Bearer, and no access token."""
    view.access = "internal"  # type: ignore[attr-defined]
    return view


def requires_role(role: str) -> Callable[[View], View]:
    """Mark a view that only callers with `role` may call."""

    def mark(view: View) -> View:
        view.required_role = role  # type: ignore[attr-defined]
        return view

    return mark


def access_of(view: Callable[..., Any]) -> str:
    """Return `public`, `internal` or `token`: what a view asks of its callers."""
    return getattr(view, "access", "token")


def principal() -> Principal:
    """Return the caller of the present request, which must be a guarded one."""
    claims = get_jwt()
    return Principal(claims["sub"], claims["preferred_username"], claims["sid"], frozenset(claims["roles"]))


def init_app(app: Flask, settings: Settings, verifier: Verifier, is_revoked: Callable[[Claims], bool] | None) -> None:
    """Guard every route of `app`; `is_revoked` is asked about each token that is otherwise good."""
    app.config.update(
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ALGORITHM="ES256",
        JWT_COOKIE_CSRF_PROTECT=False,
        JWT_ENCODE_ISSUER=settings.token_issuer,
        JWT_ENCODE_AUDIENCE=settings.token_audience,
    )
    begin_at_zero(TOKEN_CHECKS, (OK, TokenMissing, TokenInvalid, TokenExpired, TokenRevoked, KeysNotReady, FAILED))
    manager = _Manager(app, verifier)
    if is_revoked is not None:
        manager.token_in_blocklist_loader(lambda _header, claims: is_revoked(claims))
    secrets = settings.internal_secrets if isinstance(settings, InternalSettings) else ()

    @app.before_request
    def guard() -> None:
        if request.url_rule is None:
            return  # Flask answers 404 or 405
        if request.method == "OPTIONS" and getattr(request.url_rule, "provide_automatic_options", False):
            return  # Flask answers with the methods; no view is called
        view = current_app.view_functions[request.url_rule.endpoint]
        match access_of(view):
            case "public":
                return
            case "internal":
                _require_secret(secrets)
            case _:
                _require_token(getattr(view, "required_role", None))


class _Manager(JWTManager):
    """flask-jwt-extended with our verifier in the place of its decoding, and our errors in the place of its own."""

    def __init__(self, app: Flask, verifier: Verifier) -> None:
        self._verifier = verifier
        super().__init__(app, add_context_processor=False)

    def _decode_jwt_from_config(
        self, encoded_token: str, csrf_value: str | None = None, allow_expired: bool = False
    ) -> dict[str, Any]:
        del csrf_value, allow_expired
        return self._verifier.verify(encoded_token)


def _require_token(role: str | None) -> None:
    _check_token()
    g.user_id = principal().subject
    if role is not None and role not in principal().roles:
        raise Forbidden(f"This needs the role {role}.")


@counted(TOKEN_CHECKS)
def _check_token() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing
    if not ONE_WORD.fullmatch(token):
        raise TokenInvalid
    request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"  # the one spelling that flask-jwt-extended knows
    try:
        verify_jwt_in_request()
    except RevokedTokenError:
        raise TokenRevoked from None
    except JWTExtendedException:
        raise TokenInvalid from None


def _require_secret(secrets: tuple[str, ...]) -> None:
    sent = request.headers.get("Authorization", "").encode()
    if not any(hmac.compare_digest(sent, f"Bearer {secret}".encode()) for secret in secrets):
        raise InternalSecretInvalid

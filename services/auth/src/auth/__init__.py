"""Accounts, sessions, tokens and mail."""

from apiflask import APIFlask

from auth import issuer, legacy, routes
from auth.resources import Resources
from auth.routes import current
from auth.settings import AuthSettings
from auth.use_cases import sessions
from quartet import database, migrations
from quartet.app import create_service
from quartet.settings import load
from quartet.tokens import Claims


def create_app(settings: AuthSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(AuthSettings)
    resources = Resources.of(settings)

    def is_revoked(claims: Claims) -> bool:
        return not sessions.is_live(resources, claims["sid"], claims["sub"], claims["ver"])

    def check_keys() -> None:
        resources.keyring.signer()

    app = create_service(
        "auth",
        settings,
        title="Quartet auth",
        keys=resources.keyring,
        is_revoked=is_revoked,
        checks={"database": lambda: migrations.check_at_head(resources.database, "auth"), "keys": check_keys},
    )
    database.init_app(app)
    current.init_app(app, resources)
    issuer.init_manager(app.extensions["flask-jwt-extended"])
    routes.init_app(app)
    legacy.init_app(app, settings)
    return app

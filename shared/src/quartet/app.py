"""The application factory: every concern of the platform, switched on in one place."""

from collections.abc import Callable
from typing import ClassVar

from apiflask import APIFlask
from werkzeug.routing import BaseConverter

from quartet import bodies, caching, clients, guard, health, logs, metrics, openapi, problems, tracing
from quartet.keys import Keys, RemoteKeys
from quartet.paging import LARGEST_ID
from quartet.settings import Settings
from quartet.tokens import Claims, Rules, Verifier
from quartet.wire import ExactJSON


class IdConverter(BaseConverter):
    """An integer id as the database gives them, 1 to 2^63 - 1; whatever is larger is 0, the id of nothing."""

    regex = "[0-9]+"
    schema: ClassVar = {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST_ID}

    def to_python(self, value: str) -> int:
        number = int(value) if len(value) <= len(str(LARGEST_ID)) else 0
        return number if number <= LARGEST_ID else 0


def create_service(
    name: str,
    settings: Settings,
    *,
    title: str,
    keys: Keys | None = None,
    is_revoked: Callable[[Claims], bool] | None = None,
    checks: dict[str, health.Check] | None = None,
) -> APIFlask:
    """Return an application that guards, logs, measures and documents itself; the service adds its routes.

    Args:
        keys: where public keys come from; by default what auth publishes.
        is_revoked: asked about every token that is otherwise good.
        checks: what must work for the service to be ready, by name.
    """
    app = APIFlask(name, title=title, version="1.0.0", spec_path=None, docs_path=None, static_folder=None)  # type: ignore[arg-type]
    app.json = ExactJSON(app)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    rules = Rules(settings.token_issuer, settings.token_audience, settings.token_algorithms)
    if keys is None:
        keys = RemoteKeys(
            f"{settings.auth_url}/.well-known/jwks.json", settings.state_path / "jwks.json", rules.algorithms
        )
    logs.init_app(app, settings)
    tracing.init_app(app, settings)
    clients.init_app(app, settings)
    bodies.init_app(app, settings)
    problems.init_app(app)
    openapi.init_app(app)
    guard.init_app(app, settings, Verifier(keys, rules), is_revoked)
    health.init_app(app, checks or {})
    metrics.init_app(app, settings)
    caching.init_app(app)
    return app

"""Health: live while the process answers, ready while its own store does. Nobody else is ever asked."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, current_app

from quartet.guard import public

Check = Callable[[], None]
"""Returns when all is well, raises when not."""

draining = threading.Event()
"""Set when this process was told to stop: it finishes what it has and is not ready for more."""

blueprint = Blueprint("health", __name__, url_prefix="/health")


def init_app(app: Flask, checks: dict[str, Check]) -> None:
    app.extensions["quartet.health"] = checks
    app.register_blueprint(blueprint)


@blueprint.get("/live")
@public
def live() -> dict[str, Any]:
    """The process answers."""
    return {"status": "ok", "checks": {}}


@blueprint.get("/ready")
@public
def ready() -> tuple[dict[str, Any], HTTPStatus]:
    """The process can do its work: each of its checks passes and it is not draining."""
    checks: dict[str, Check] = current_app.extensions["quartet.health"]
    states = {name: _state(name, check) for name, check in checks.items()}
    if draining.is_set():
        states["draining"] = "unavailable"
    good = all(state == "ok" for state in states.values())
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return {"status": "ok" if good else "unavailable", "checks": states}, status


def _state(name: str, check: Check) -> str:
    try:
        check()
    except Exception as error:
        # The reason is for our logs: a driver's message may name hosts and users.
        current_app.logger.warning("health check failed", extra={"check": name, "reason": type(error).__name__})
        return "unavailable"
    return "ok"

"""Health: live while the process answers and does not hang, ready while its store does too. Nobody else is asked."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, current_app

from quartet.guard import public

Check = Callable[[], None]
"""Returns when all is well, raises when not."""

leaving = threading.Event()
"""Set when this process was told to stop: it goes on answering whoever has not heard of it, and is not ready."""

draining = threading.Event()
"""Set when this process stops: it finishes what it has and takes nothing more."""

blueprint = Blueprint("health", __name__, url_prefix="/health")


def init_app(app: Flask, checks: dict[str, Check], alive: dict[str, Check] | None = None) -> None:
    """Serve health; `checks` make ready, and `alive` are of the process itself: one that fails asks for a restart."""
    app.extensions["quartet.health"] = checks
    app.extensions["quartet.health.alive"] = alive or {}
    app.register_blueprint(blueprint)


@blueprint.get("/live")
@public
def live() -> tuple[dict[str, Any], HTTPStatus]:
    """The process answers, and does not hang."""
    return _answer(_states(current_app.extensions["quartet.health.alive"]))


@blueprint.get("/ready")
@public
def ready() -> tuple[dict[str, Any], HTTPStatus]:
    """The process can do its work: each of its checks passes and it is not draining."""
    extensions = current_app.extensions
    states = _states(extensions["quartet.health.alive"] | extensions["quartet.health"])
    if leaving.is_set() or draining.is_set():
        states["draining"] = "unavailable"
    return _answer(states)


def _answer(states: dict[str, str]) -> tuple[dict[str, Any], HTTPStatus]:
    good = all(state == "ok" for state in states.values())
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return {"status": "ok" if good else "unavailable", "checks": states}, status


def _states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: _state(name, check) for name, check in checks.items()}


def _state(name: str, check: Check) -> str:
    try:
        check()
    except Exception as error:
        # The reason is for our logs: a driver's message may name hosts and users.
        current_app.logger.warning("health check failed", extra={"check": name, "reason": type(error).__name__})
        return "unavailable"
    return "ok"

"""Workers: a step that is repeated until the process is told to stop, with health and metrics of its own."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from prometheus_client import Counter, Gauge
from werkzeug.serving import make_server

from quartet import health, logs, metrics, tracing
from quartet.settings import Settings

STEPS = Counter("quartet_worker_steps", "Steps taken.", ["outcome"])
LAST_SUCCESS = Gauge("quartet_worker_last_success_seconds", "When a step last ended well, in epoch seconds.")

log = logging.getLogger(__name__)


class Stalled(Exception):
    """The worker's loop does not turn: its next turn is overdue."""


class Failing(Exception):
    """The worker's last step did not end well."""


@dataclass
class Worker:
    """Calls `step` every `interval` seconds; at once again when it returns True, for "there is more".

    A step that raises is logged and tried again, after a pause that doubles up to `longest_pause` seconds. Live is a
    worker whose loop turns: its next turn is overdue by no more than `patience` seconds. Ready is one whose last step
    ended well, too.
    """

    settings: Settings
    step: Callable[[], bool]
    interval: float
    port: int
    longest_pause: float = 30.0
    patience: float = 120.0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._next_turn_at = time.monotonic()
        self._failing = True

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the step under way is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        server = make_server(self.settings.host, self.port, self._app(), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tracing.init_worker(self.settings)
        pause = self.interval
        while not self._stop.is_set():
            more, pause = self._turn(pause)
            if not more:
                self._stop.wait(pause)
        health.draining.set()
        server.shutdown()

    def _turn(self, pause: float) -> tuple[bool, float]:
        try:
            more = self.step()
        except Exception as error:
            log.warning("step failed", extra={"reason": f"{type(error).__name__}: {error}"}, exc_info=not self._failing)
            self._failing = True
            STEPS.labels("failed").inc()
            more, pause = False, min(pause * 2, self.longest_pause)
        else:
            self._failing = False
            STEPS.labels("done").inc()
            LAST_SUCCESS.set_to_current_time()
            pause = self.interval
        self._next_turn_at = time.monotonic() + (0.0 if more else pause)
        return more, pause

    def _app(self) -> Flask:
        app = Flask("worker", static_folder=None)
        logs.init_app(app, self.settings)
        health.init_app(app, {"steps": self._check_steps}, alive={"loop": self._check_loop})
        metrics.init_app(app, self.settings)
        return app

    def _check_loop(self) -> None:
        if time.monotonic() - self._next_turn_at > self.patience:
            raise Stalled

    def _check_steps(self) -> None:
        if self._failing:
            raise Failing

"""The toy service under gunicorn, with a route that takes its time: `gunicorn … shared.tests.serving:create_app()`."""

import os
import time
from pathlib import Path

from apiflask import APIFlask

from quartet import health
from quartet.app import create_service
from quartet.guard import public
from shared.tests.toy import Greeting, ToySettings


def create_app() -> APIFlask:
    folder = Path(os.environ["STATE_DIR"])
    app = create_service("toy", ToySettings(), title="Toy")

    @app.get("/slow")
    @public
    def slow() -> dict[str, bool]:
        """Answer, when the file `go` is there, whether this worker knows that it ends."""
        (folder / "arrived").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)
        return {"draining": health.draining.wait(10)}

    @app.get("/fast")
    @public
    def fast() -> dict[str, int]:
        """Answer."""
        return {"pid": os.getpid()}

    @app.post("/greetings")
    @public
    @app.input(Greeting)
    def greet(json_data: Greeting) -> dict[str, str]:
        """Greet."""
        return {"text": json_data.name}

    return app

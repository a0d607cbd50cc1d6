"""What bench/vectors.py compares with: a Flask view as one writes it first, sentence by sentence, lists and jsonify."""

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping

import numpy as np
from flask import Flask, Response, jsonify, request

from quartet.settings import load
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from vectors.models import lift, registry
from vectors.settings import VectorsSettings


def create_app() -> Flask:
    """Return an application with the models that the environment names, no token check and no limits."""
    app = Flask(__name__)
    models = registry.load(load(VectorsSettings))

    def vector(model: str, sentence: str) -> list[float]:
        if model == "random":
            key = int.from_bytes(hashlib.sha256(sentence.encode()).digest()[:16], "little")
            return list(np.random.Generator(np.random.Philox(key=key)).random(500).tolist())
        if model == "semantic":
            found = lift.lifted(models.semantic.embed([sentence]).vectors)[0]
        else:
            found = models.named(model).embed([sentence]).vectors[0]
        return [float(each) for each in found]

    @app.post("/vectors")
    def create() -> Response:
        body = request.get_json()
        return jsonify(model=body["model"], vectors=[vector(body["model"], each) for each in body["sentences"]])

    return app


@contextlib.contextmanager
def running(settings: Mapping[str, str]) -> Iterator[str]:
    """Serve it with one worker, and yield its address."""
    port = free_port()
    options = [
        "--workers=1",
        "--threads=8",
        "--preload",
        f"--bind=127.0.0.1:{port}",
        "--log-level=error",
        "--no-control-socket",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, "bench.naive:create_app()"]
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        eventually(lambda: _listens(port), within=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False

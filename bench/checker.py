"""A token check as a Flask service, for nginx's auth_request: `gunicorn bench.checker:create_app()`."""

import os
from pathlib import Path

from flask import Flask
from flask_jwt_extended import JWTManager, verify_jwt_in_request

KEY = "BENCH_PUBLIC_KEY"


def create_app() -> Flask:
    """Answer 204 for a token that the public key in the file KEY verifies."""
    app = Flask(__name__)
    app.config.update(
        JWT_ALGORITHM="ES256",
        JWT_PUBLIC_KEY=Path(os.environ[KEY]).read_text(),
        JWT_DECODE_AUDIENCE="quartet",
        JWT_DECODE_ISSUER="quartet-auth",
    )
    JWTManager(app)

    @app.get("/check")
    def check() -> tuple[str, int]:
        verify_jwt_in_request()
        return "", 204

    return app

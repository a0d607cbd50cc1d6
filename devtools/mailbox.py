"""`python -m devtools.mailbox`: the local SES, and a page that shows its mails."""

import logging
import os
import secrets
from collections.abc import Callable

from flask import Flask, Response, jsonify, make_response, render_template
from werkzeug.serving import make_server

from devtools.ses import LocalSES, Mail


def create_app(mails: Callable[[], list[Mail]]) -> Flask:
    """The mailbox over a function that returns the mails, newest first."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]

    @app.get("/health/live")
    def live() -> Response:
        return jsonify({"status": "ok", "checks": {}})

    @app.get("/mailbox")
    def page() -> Response:
        nonce = secrets.token_urlsafe(16)
        response = make_response(render_template("mailbox.html", nonce=nonce))
        # Styles may stand in the text: a mail's own are shown, in a frame without scripts that inherits this policy.
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/mailbox/messages")
    def messages() -> Response:
        response = jsonify(mails())
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def main() -> None:
    host = os.environ.get("HOST", "127.0.0.1")
    ses = LocalSES(host, int(os.environ["SES_PORT"]), os.environ["AWS_REGION"], os.environ["MAIL_FROM"])
    ses.start()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    make_server(host, int(os.environ["MAILBOX_PORT"]), create_app(ses.mails), threaded=True).serve_forever()


if __name__ == "__main__":
    main()

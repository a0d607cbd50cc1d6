"""A stand-in for auth where only its inner answers matter."""

import json
import threading
import time
import uuid
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

from quartet.testing.token_maker import Json, SigningKey

INTERNAL_SECRET = "internal-secret-of-the-tests-0123456789"


class AuthServer:
    """A real HTTP server with auth's two inner answers: the JWK Set and the feed; both can be changed at any time."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self.keys = keys
        self.events: list[Json] = []
        self.feed_nonce = uuid.uuid4().hex
        self.key_requests = 0
        self.failing = False
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def append(self, kind: str, subject: str, value: str | None = None) -> None:
        """Append an event to the feed."""
        now = int(time.time())
        self.events.append(
            {
                "id": len(self.events) + 1,
                "type": kind,
                "subject": subject,
                "value": value,
                "created_at": now,
                "expires_at": now + 3630,
            }
        )

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        response = Response(status=503) if self.failing else self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path == "/.well-known/jwks.json":
            self.key_requests += 1
            return _json({"keys": [key.jwk for key in self.keys]})
        if request.path == "/internal/feed" and request.headers.get("Authorization") == f"Bearer {INTERNAL_SECRET}":
            return _json(self._page(request.args["after"], int(request.args.get("limit", 1000))))
        return Response(status=404)

    def _page(self, after: str, limit: int) -> Json:
        now = int(time.time())
        position, _, nonce = after.partition(".")
        if after != "0" and nonce != self.feed_nonce:
            return {"now": now, "items": [], "next": "0", "more": False, "reset": True}
        rest = self.events[int(position) :]
        items = rest[:limit]
        cursor = f"{items[-1]['id']}.{self.feed_nonce}" if items else after
        return {"now": now, "items": items, "next": cursor, "more": len(rest) > limit, "reset": False}


def _json(value: Json) -> Response:
    return Response(json.dumps(value), content_type="application/json")

"""A stand-in for auth where only its inner answers matter."""

import hashlib
import json
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug import Request, Response
from werkzeug.serving import make_server

from quartet.testing.feed import Feed
from quartet.testing.token_maker import Json, SigningKey

INTERNAL_SECRET = "internal-secret-of-the-tests-0123456789"

Answer = tuple[int, bytes]


class InnerAnswers:
    """auth's two inner answers, the JWK Set and the feed, without a server; all of it can be changed at any time."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self.keys = keys
        self.feed = Feed()
        self.jwks: Answer | None = None
        """Sent instead of the JWK Set; `feed_answer` likewise."""
        self.feed_answer: Answer | None = None
        self.feed_delay = 0.0
        self.tells_of_keys = True
        """Whether a page of the feed has the digest of the JWK Set."""
        self.failing = False
        self.key_requests = 0
        self.pulls = 0

    def answer(self, target: str, authorization: str | None) -> Answer | None:
        """Return status and JSON, or None where this is not auth's inner surface."""
        url = urlsplit(target)
        if url.path == "/.well-known/jwks.json":
            self.key_requests += 1
            return self._unless_failing(self._jwk_set())
        if url.path == "/internal/feed":
            if authorization != f"Bearer {INTERNAL_SECRET}":
                return 401, b"{}"
            query = parse_qs(url.query)
            page = self.feed.page(query["after"][0], int(query.get("limit", ["1000"])[0]))
            if self.tells_of_keys:
                page["keys"] = hashlib.sha256(self._jwk_set()[1]).hexdigest()
            time.sleep(self.feed_delay)
            self.pulls += 1
            return self._unless_failing(self.feed_answer or _json(page))
        return None

    def _jwk_set(self) -> Answer:
        return self.jwks or _json({"keys": [key.jwk for key in self.keys]})

    def _unless_failing(self, answer: Answer) -> Answer:
        return (503, b"{}") if self.failing else answer


class AuthServer(InnerAnswers):
    """A real HTTP server with auth's two inner answers."""

    def __init__(self, keys: list[SigningKey]) -> None:
        super().__init__(keys)
        self._server = make_server("127.0.0.1", 0, self._respond, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _respond(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        status, body = self.answer(request.full_path, request.headers.get("Authorization")) or (404, b"{}")
        return Response(body, status, content_type="application/json")(environ, start_response)


def _json(value: Json) -> Answer:
    return 200, json.dumps(value).encode()

"""A collector for tests in a container, of the standard library alone: it writes each body to stdout, as base64."""

import base64
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = base64.b64encode(self.rfile.read(int(self.headers["Content-Length"]))).decode()
        sys.stdout.write(f"{self.headers['Content-Type']} {body}\n")
        sys.stdout.flush()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Only bodies are written."""


ThreadingHTTPServer(("", 4318), Receiver).serve_forever()

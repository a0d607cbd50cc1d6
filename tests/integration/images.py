"""The images that are made from this checkout."""

import fcntl
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from devtools.given import ROOT


@functools.cache
def build_images() -> None:
    """Build what changed, once for all platforms of a process; a process beside it finds everything built."""
    with Path(tempfile.gettempdir(), "quartet-images.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = subprocess.run(
            (shutil.which("make") or "make", "images"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stdout[-4000:]

"""The images that are made from this checkout."""

import functools
import shutil
import subprocess

from devtools.given import ROOT


@functools.cache
def build_images() -> None:
    """Build what changed, once for all platforms of a run."""
    result = subprocess.run(
        (shutil.which("make") or "make", "images"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:]

"""Running the scripts of deploy/ on the platform of the drills, as an operator would."""

import os
import subprocess
import sys

from devtools.given import ROOT
from tests.integration.platform_compose import ComposePlatform


def run(platform: ComposePlatform, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [str(ROOT / "deploy" / script), *arguments],
        cwd=ROOT,
        env=os.environ | platform.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(result.stdout + result.stderr)  # for the report of a failed test
    return result

"""Running a command of a service as that service would."""

import json
import subprocess

from devtools.given import ROOT
from devtools.problem import Problem
from devtools.programs import service_command
from devtools.run_directory import RunDirectory
from devtools.spawn import PROGRAM_FILE


def run_command(
    run: RunDirectory, service: str, arguments: tuple[str, ...], *, capture: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run `service arguments…` with the settings of the running platform.

    What the developer gave at the start is read from supervisord's environment, so that it need not lie on disk.
    Raises Problem when there is no such service or nothing runs.
    """
    running = run.running()
    if running is None:
        raise Problem(f"Quartet does not run in {run.path}; start it with: make start")
    if not (ROOT / "services" / service).is_dir():
        raise Problem(f"No service {service!r}.")
    own = json.loads((run.of(service) / PROGRAM_FILE).read_text())["environment"]
    return subprocess.run(
        (service_command(service), *arguments),
        cwd=run.of(service),
        env=running[1].environ() | own,
        capture_output=capture,
        text=True,
        check=False,
    )

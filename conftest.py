"""For every test of the repository: checks that need another program are left out, and named, where it is missing."""

import functools
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # devtools and tests are found from wherever pytest starts

INSTALL = {
    "amtool": "apt-get install prometheus-alertmanager",
    "chromium": "apt-get install chromium",
    "curl": "apt-get install curl",
    "docker": "apt-get install docker.io, then start its daemon",
    "dockerd": "apt-get install docker.io",
    "ip": "apt-get install iproute2",
    "node": "apt-get install nodejs",
    "npm": "apt-get install npm",
    "podman": "apt-get install podman catatonit runc netavark aardvark-dns",
    "promtool": "apt-get install prometheus",
    "rsyslogd": "apt-get install rsyslog rsyslog-elasticsearch",
    "tc": "apt-get install iproute2",
    "wrk": "apt-get install wrk",
}


# How long an example takes is a matter of the machine.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program): not run where that program is missing, see conftest.py")
    config.addinivalue_line("markers", "containers: needs a Docker daemon; see make test-containers")
    config.addinivalue_line("markers", "slow: a million rows, a long load; run by make test-slow, or with SLOW=1")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("slow") and not os.environ.get("SLOW"):
        pytest.skip("slow: make test-slow runs it")
    programs = [program for marker in item.iter_markers("needs") for program in marker.args]
    if item.get_closest_marker("containers"):
        programs.append("docker")
    for program in programs:
        if not available(program):
            item.user_properties.append(("not run for want of", program))
            if os.environ.get("REQUIRE") == "all":
                pytest.fail(f"needs {program}: {INSTALL[program]}", pytrace=False)
            pytest.skip(f"needs {program}")


@functools.cache
def available(program: str) -> bool:
    """Whether the program is there and, for Docker, its daemon answers."""
    if program not in INSTALL:
        raise pytest.UsageError(f"no install line for {program!r} in conftest.py")
    if program == "docker" and shutil.which(program):
        return subprocess.run([program, "info"], capture_output=True, check=False).returncode == 0  # noqa: S603
    return shutil.which(program) is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = Counter(
        str(program)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "setup"
        for name, program in report.user_properties
        if name == "not run for want of"
    )
    for program, tests in sorted(missing.items()):
        terminalreporter.line(f"NOT RUN: {tests} tests that need {program}; install it with: {INSTALL[program]}")
    if report_file := os.environ.get("CHECKS_REPORT"):
        counts = {
            outcome: len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed", "error", "skipped")
        }
        Path(report_file).write_text(json.dumps({"counts": counts, "missing": missing}))

"""One platform for all faults, the load that it is under, and how long it took to recover from each."""

from collections.abc import Iterator

import pytest

from tests.integration.faults.aftermath import Aftermath
from tests.integration.faults.caller import UPSTREAM_TIMEOUT, Caller
from tests.integration.faults.load import Load
from tests.integration.faults.people import log_in, sign_up
from tests.integration.faults.probes import Probes
from tests.integration.platform_choice import DEFAULTS, kind_of_platform
from tests.integration.platform_compose import ComposePlatform

SETTINGS = DEFAULTS | {
    "EMAIL_CONFIRMATION": "optional",
    "ACCESS_TOKEN_TTL": "3600",
    # So that what hangs is given up while a test watches.
    "UPSTREAM_TIMEOUT": str(UPSTREAM_TIMEOUT),
}


REPORTS: list[str] = []


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposePlatform]:
    """The platform that faults befall."""
    if kind_of_platform() != "compose":
        pytest.skip("only with PLATFORM=compose")
    platform = ComposePlatform(tmp_path_factory.mktemp("struck"), SETTINGS, "compose.faults.yaml")
    yield platform
    platform.close()


@pytest.fixture(scope="module")
def load(struck: ComposePlatform) -> Iterator[Load]:
    """The load, from the first fault to the last."""
    caller = Caller(struck.url)
    load = Load(struck.url, lambda: sign_up(caller), log_in(caller, "admin", struck.admin_password))
    yield load
    load.stop()


@pytest.fixture(scope="module")
def probes(struck: ComposePlatform) -> Probes:
    return Probes(struck.url, sign_up(Caller(struck.url)))


@pytest.fixture(scope="module")
def aftermath(struck: ComposePlatform, load: Load, probes: Probes) -> Iterator[Aftermath]:
    """What is asked after each fault."""
    aftermath = Aftermath(struck, load, probes)
    yield aftermath
    REPORTS.append(aftermath.report())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long it took to recover from each fault, also when all is well."""
    for report in REPORTS:
        terminalreporter.section("faults")
        terminalreporter.line(report)

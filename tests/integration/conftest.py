"""The platform under test, users on it, and its logs in the report of a failed test."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.platform_choice import HASTY, Platform, kind_of_platform, launch_platform
from tests.integration.platform_client import Api, User, log_in, sign_up

LIVE: list[Platform] = []


MARKERS: dict[str, list[str | pytest.MarkDecorator]] = {
    "compose": ["containers"],
    "podman": ["containers", pytest.mark.needs("podman")],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for marker in MARKERS.get(kind_of_platform(), []):
                item.add_marker(marker)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform that most tests share; a test that stops a part starts it again."""
    with ExitStack() as ended:
        yield launcher(tmp_path_factory, ended)()


@pytest.fixture(scope="session")
def hasty_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One more, with the settings HASTY. Random calls are made here, too: users of earlier tests may be gone."""
    with ExitStack() as ended:
        yield launcher(tmp_path_factory, ended)(**HASTY)


@pytest.fixture
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Platform]]:
    """`launch(REFRESH_REUSE_WINDOW="2")`: one more platform with settings of its own, ended after the test."""
    with ExitStack() as ended:
        yield launcher(tmp_path_factory, ended)


@pytest.fixture(scope="module")
def launch_for_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Platform]]:
    """As `launch`, for a platform that the tests of a module share."""
    with ExitStack() as ended:
        yield launcher(tmp_path_factory, ended)


def launcher(folders: pytest.TempPathFactory, ended: ExitStack) -> Callable[..., Platform]:
    """Return what starts a platform with the settings that it is given; `ended` ends them all."""

    def launch(**settings: str) -> Platform:
        platform = launch_platform(folders.mktemp("platform"), settings)
        ended.callback(platform.close)
        LIVE.append(platform)
        ended.callback(LIVE.remove, platform)
        return platform

    return launch


@pytest.fixture
def api(platform: Platform) -> Iterator[Api]:
    """The gateway, called by nobody in particular."""
    api = Api(platform.url)
    yield api
    api.session.close()


@pytest.fixture
def new_user(api: Api) -> Callable[[], User]:
    """`new_user()`: a new, confirmed user who is logged in."""
    return lambda: sign_up(api)


@pytest.fixture
def admin(platform: Platform, api: Api) -> User:
    """The first admin, logged in."""
    return log_in(api, "admin", "", platform.admin_password)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        report.sections.extend((f"The platform at {platform.url}", platform.last_words()) for platform in LIVE)
    return report

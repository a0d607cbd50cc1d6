"""Platforms for the clients of older systems, beside those that all tests share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.integration.conftest import launcher
from tests.integration.platform_choice import Platform


@pytest.fixture(scope="session")
def usual_limits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with the limits of production, where an address may stay without confirmation."""
    with ExitStack() as ended:
        yield launcher(tmp_path_factory, ended)(RATE_LIMIT_FACTOR="1", EMAIL_CONFIRMATION="optional")

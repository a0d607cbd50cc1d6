"""One gateway for the tests that leave it as it was, and a maker of others."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gateway.tests.platform_under_test import Gateway, Start, running
from gateway.tests.secured import certified
from gateway.tests.shelf import Shelf


@pytest.fixture(scope="session")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway"), CORS_ORIGINS="https://app.example") as gateway:
        yield gateway


@pytest.fixture
def gateway(shared_gateway: Gateway) -> Gateway:
    for service in shared_gateway.everything:
        service.seen.clear()
        service.answers.clear()
    return shared_gateway


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts gateways with settings of their own, and stops them."""
    with ExitStack() as stack:

        def begin(**settings: Any) -> Gateway:
            return stack.enter_context(running(tmp_path, **settings))

        yield begin


@pytest.fixture(scope="module")
def shared_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("tls")
    settings: dict[str, Any] = certified(folder) | {"CORS_ORIGINS": "https://app.example"}
    with running(folder, PUBLIC_URL="https://api.example/", **settings) as gateway:
        yield gateway


@pytest.fixture
def tls(shared_tls: Gateway) -> Gateway:
    for service in shared_tls.everything:
        service.seen.clear()
    return shared_tls


@pytest.fixture(scope="module")
def caching_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway"), WORKERS="1", CORS_ORIGINS="https://app.example") as gateway:
        yield gateway


@pytest.fixture
def shelf(caching_gateway: Gateway) -> Shelf:
    """A shelf of which nobody has read anything yet."""
    shelf = Shelf(caching_gateway)
    for kept in (caching_gateway.folder / "run/cache").rglob("*"):
        if kept.is_file():
            kept.unlink()
    shelf.service.seen.clear()
    shelf.service.answers.clear()
    shelf.service.delays.clear()
    return shelf

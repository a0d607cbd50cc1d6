"""Whoever is attacked, and the proof after each attack that the platform came out of it as it went in."""

import re
import secrets
from collections.abc import Callable, Iterator
from functools import partial

import psutil
import pytest

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform, kind_of_platform
from tests.integration.platform_client import Api, User, sign_up
from tests.integration.platform_embedded import EmbeddedPlatform
from tests.integration.routes import PROTECTED

SERVICES = ("auth", "catalog", "counter", "vectors")
COMPLAINT = re.compile(r"Traceback|exc_info|\[(?:alert|emerg|crit)\]|WORKER TIMEOUT")
Workers = dict[str, set[int]]


@pytest.fixture(scope="session")
def victim(platform: Platform) -> Iterator[User]:
    """Somebody with a session worth having."""
    api = Api(platform.url)
    yield sign_up(api)
    api.session.close()


@pytest.fixture
def bearer(victim: User) -> str:
    """The header field that the victim's requests carry."""
    return f"Authorization: Bearer {victim['access_token']}"


@pytest.fixture(autouse=True, scope="module")
def workers(platform: Platform) -> Iterator[Workers]:
    """The processes at the start; at the end they are the same, and no log tells of anything that nobody foresaw."""
    before = {part: platform.workers(part) for part in ("gateway", *SERVICES)}
    said = complaints(platform)
    yield before
    assert {part: platform.workers(part) for part in before} == before
    assert complaints(platform) == said


@pytest.fixture(autouse=True)
def healthy_afterwards(platform: Platform, api: Api, workers: Workers) -> Iterator[None]:
    """The gateway answers; where its processes are of this machine, each is still there."""
    yield
    assert api.get("/health/live").status_code == 200
    if isinstance(platform, EmbeddedPlatform):
        assert all(map(psutil.pid_exists, workers["gateway"]))


def complaints(platform: Platform) -> list[str]:
    return [line for line in platform.last_words(1_000_000).splitlines() if COMPLAINT.search(line)]


@pytest.fixture
def reached_a_service(platform: Platform, api: Api) -> Callable[[set[str], str], set[str]]:
    """`reached_a_service(request_ids, token)`: those in the log of a service; none where no log is to be had."""

    def reached(request_ids: set[str], token: str) -> set[str]:
        if kind_of_platform() == "deployed":
            return set()
        # A log is in order: once the last request is there, all before it are. None of these comes out of a cache.
        last = f"last-{secrets.token_hex(8)}"
        for method, path, body in (*PROTECTED.values(), ("GET", "/api/products?limit=0", None)):
            api.request(method, path, json=body, token=token, headers={"X-Request-ID": last})
        found: set[str] = set()
        for service in SERVICES:
            found |= eventually(partial(ids_up_to, platform, service, last))
        return found & request_ids

    return reached


def ids_up_to(platform: Platform, service: str, last: str) -> set[str]:
    """The request ids in the log of a service; none before `last` is among them."""
    ids = {str(line.get("request_id")) for line in platform.logs(service)}
    return ids if last in ids else set()

"""Stores hang, vanish and die; what was acknowledged is there afterwards. Only containers can be treated so."""

from collections.abc import Callable, Iterator

import pytest

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform, kind_of_platform
from tests.integration.platform_client import Api, User
from tests.integration.platform_compose import ComposePlatform

pytestmark = pytest.mark.skipif(kind_of_platform() != "compose", reason="only with PLATFORM=compose")

NewUser = Callable[[], User]
# Longer than the platform's own patience with a store, so that it is the platform who gives up.
PATIENCE = 60


@pytest.fixture
def containers(platform: Platform) -> Iterator[ComposePlatform]:
    assert isinstance(platform, ComposePlatform)
    yield platform
    platform.wait_healthy()


def offer(api: Api, user: User, name: str) -> int:
    answer = api.post("/api/products", token=user["access_token"], json={"name": name, "price": 1}, timeout=PATIENCE)
    return answer.status_code


def names(api: Api, user: User) -> set[str]:
    answer = api.get("/api/products/my?limit=100", token=user["access_token"], timeout=PATIENCE)
    return {product["name"] for product in answer.json()["items"]} if answer.status_code == 200 else set()


def count(api: Api, user: User) -> tuple[int, int]:
    """The status of an increment and the value that it was answered with."""
    answer = api.post("/api/counters/hits/increment", token=user["access_token"], json={}, timeout=PATIENCE)
    return answer.status_code, answer.json().get("value", 0)


def test_a_mysql_that_hangs_is_an_outage_with_an_answer(
    containers: ComposePlatform, api: Api, new_user: NewUser
) -> None:
    user = new_user()
    # Who knows the keys needs no auth from now on.
    eventually(lambda: count(api, user)[0] == 200)
    eventually(lambda: offer(api, user, "before the pause") == 201)
    containers.pause("mysql")
    try:
        answer = api.get("/api/products/my", token=user["access_token"], timeout=PATIENCE)
        assert answer.status_code in {503, 504}
        assert int(answer.headers["Retry-After"]) > 0
        assert count(api, user)[0] == 200
    finally:
        containers.unpause("mysql")
    eventually(lambda: offer(api, user, "after the pause") == 201)


def test_a_redis_off_the_network_is_an_outage_of_counter_alone(
    containers: ComposePlatform, api: Api, new_user: NewUser
) -> None:
    user = new_user()
    eventually(lambda: count(api, user) == (200, 1))
    containers.disconnect("redis")
    try:
        answer = api.get("/api/counters/hits", token=user["access_token"], timeout=PATIENCE)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert offer(api, user, "without redis") == 201
    finally:
        containers.reconnect("redis")
    eventually(lambda: api.get("/api/counters/hits", token=user["access_token"]).status_code == 200)
    assert count(api, user) == (200, 2)


def test_a_killed_mysql_forgets_nothing_that_was_acknowledged(
    containers: ComposePlatform, api: Api, new_user: NewUser
) -> None:
    user = new_user()
    acknowledged = {name for number in range(20) if offer(api, user, name := f"before {number}") == 201}
    assert len(acknowledged) == 20
    containers.kill("mysql")
    acknowledged |= {name for number in range(5) if offer(api, user, name := f"while {number}") == 201}
    containers.wait_healthy()
    eventually(lambda: acknowledged <= names(api, user))


def test_a_killed_redis_forgets_no_increment_that_was_acknowledged(
    containers: ComposePlatform, api: Api, new_user: NewUser
) -> None:
    user = new_user()
    eventually(lambda: count(api, user) == (200, 1))
    assert [count(api, user) for _ in range(19)][-1] == (200, 20)
    containers.kill("redis")
    containers.wait_healthy()
    eventually(lambda: api.get("/api/counters/hits", token=user["access_token"]).status_code == 200)
    assert api.get("/api/counters/hits", token=user["access_token"]).json()["value"] == 20

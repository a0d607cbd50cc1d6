"""A replica that is gone, hangs or breaks off costs as few requests as it can, and none that writes is sent twice."""

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from gateway.tests.name_server import NameServer
from gateway.tests.platform_under_test import Gateway, Start, problem
from gateway.tests.services import Service
from quartet.testing.waiting import eventually

READ, WRITE, READ_THAT_WRITES = "/api/ping", "/api/counters/7/increment", "/api/count"


class Pair:
    """A gateway before two replicas of counter."""

    def __init__(self, start: Start, one: Service, other: Service) -> None:
        self.one, self.other, self._start = one, other, start

    def start(self, **settings: str) -> Gateway:
        upstream = f"127.0.0.1:{self.one.port}, 127.0.0.1:{self.other.port}"
        self.gateway = self._start(WORKERS="1", COUNTER_UPSTREAM=upstream, **settings)
        self.token = self.gateway.auth.keys[0].token()
        return self.gateway

    @property
    def seen(self) -> int:
        return len(self.one.seen) + len(self.other.seen)

    def statuses(self, method: str, path: str, times: int = 10) -> set[int]:
        return {self.gateway.request(method, path, self.token).status_code for _ in range(times)}


@pytest.fixture
def pair(start: Start) -> Iterator[Pair]:
    with ExitStack() as ended:
        services = Service(), Service()
        for service in services:
            service.start()
            ended.callback(service.stop)
        yield Pair(start, *services)


def test_replicas_share_the_work_over_kept_connections(pair: Pair) -> None:
    pair.start()
    assert pair.statuses("GET", READ, 40) == {200}
    assert len(pair.one.seen) == len(pair.other.seen) == 20
    assert pair.one.accepted == pair.other.accepted == 1


def test_a_replica_that_is_gone_costs_nobody_a_request(pair: Pair) -> None:
    pair.start()
    pair.statuses("GET", READ)
    pair.other.stop()
    before = pair.seen
    assert pair.statuses("GET", READ) == pair.statuses("POST", WRITE) == {200}
    assert pair.seen - before == 20


@pytest.mark.parametrize(
    ("method", "path", "times"), [("POST", WRITE, 1), ("GET", READ_THAT_WRITES, 1), ("GET", READ, 2)]
)
def test_what_writes_is_not_sent_twice_by_whatever_replica_breaks_off(
    pair: Pair, method: str, path: str, times: int
) -> None:
    pair.start()
    assert pair.statuses(method, path) == {200}
    before = pair.seen
    pair.one.breaks = pair.other.breaks = {path}
    assert problem(pair.gateway.request(method, path, pair.token))["code"] == "upstream_failed"
    assert pair.seen - before == times


def test_what_reads_goes_to_the_other_replica_when_one_breaks_off_or_hangs(pair: Pair) -> None:
    pair.start(UPSTREAM_TIMEOUT="1")
    pair.other.breaks = {READ}
    assert pair.statuses("GET", READ) == {200}
    pair.other.breaks.clear()
    pair.other.delays = {READ: Event(), WRITE: Event()}
    assert pair.statuses("GET", READ, 4) == {200}
    before = pair.seen
    assert pair.statuses("POST", WRITE, 4) <= {200, 504}
    assert pair.seen - before == 4


def test_an_answer_that_breaks_off_is_not_whole_and_not_begun_again(pair: Pair) -> None:
    gateway = pair.start()
    pair.one.cuts = pair.other.cuts = {READ}
    with gateway.connection() as client:
        client.request("GET", READ)
        answer = client.getresponse()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    assert pair.seen == 1


def test_a_replica_that_fails_is_left_alone_for_a_while_and_then_asked_again(pair: Pair) -> None:
    pair.start()
    pair.other.breaks = {READ}
    assert pair.statuses("GET", READ, 40) == {200}
    assert len(pair.other.seen) < 10
    pair.other.breaks.clear()
    pair.other.seen.clear()
    eventually(lambda: pair.statuses("GET", READ, 2) == {200} and len(pair.other.seen) > 2)


def test_a_service_of_one_replica_is_always_asked(start: Start) -> None:
    gateway = start(WORKERS="1")
    counter = gateway.services["counter"]
    counter.breaks = {READ}
    for _ in range(8):
        assert gateway.get(READ).status_code == 502
    counter.breaks.clear()
    assert gateway.get(READ).status_code == 200


def test_when_all_replicas_are_gone_it_is_said_and_when_they_are_back_they_are_asked(pair: Pair) -> None:
    gateway = pair.start()
    pair.one.stop()
    pair.other.stop()
    for _ in range(4):
        assert problem(gateway.get(READ))["code"] == "upstream_failed"
    pair.one.start()
    eventually(lambda: gateway.get(READ).status_code == 200)


def test_a_service_that_says_that_it_fails_is_believed(pair: Pair) -> None:
    gateway = pair.start()
    own = (503, {"Content-Type": "application/problem+json", "Retry-After": "77"}, b'{"code": "its_own"}')
    pair.one.answers[READ] = pair.other.answers[READ] = own
    for times in range(1, 6):
        answer = gateway.get(READ)
        assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, {"code": "its_own"}, "77")
        assert pair.seen == times


def test_a_name_is_resolved_again_while_the_gateway_runs(start: Start) -> None:
    with ExitStack() as ended:
        old = Service("127.0.0.1")
        new = Service("127.0.0.2", old.port)
        names = NameServer("127.0.0.1")
        for service in (old, new):
            service.start()
            ended.callback(service.stop)
        gateway = start(COUNTER_UPSTREAM=f"counter.test:{old.port}", RESOLVER=f"127.0.0.1:{names.port}")
        eventually(lambda: gateway.get(READ).status_code == 200)
        assert new.seen == []
        names.addresses = ("127.0.0.2",)
        old.stop()
        eventually(lambda: gateway.get(READ).status_code == 200)
        assert new.seen != []
        old.start()
        names.addresses = ("127.0.0.1", "127.0.0.2")
        old.seen.clear()
        eventually(lambda: gateway.get(READ).status_code == 200 and old.seen)


def test_one_address_has_only_so_many_requests_under_way(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_CONNECTIONS="2")
    counter = gateway.services["counter"]
    counter.delays[READ] = Event()
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(eventually, lambda: gateway.get(READ).ok) for _ in range(2)]
        eventually(lambda: len(counter.seen) == 2)
        assert problem(gateway.get(READ))["code"] == "rate_limited"
        counter.delays[READ].set()
        assert all(answer.result() for answer in waiting)
    eventually(lambda: gateway.get(READ).status_code == 200)

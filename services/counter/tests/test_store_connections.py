"""Connections that are kept: what Redis, or the network, did to them meanwhile."""

import pytest

from counter.errors import StoreUnavailable
from counter.repository import visits
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.valkey import Valkey
from services.counter.tests.wire import Wire


def test_a_late_answer_is_nobody_elses(valkey: Valkey, store: Store) -> None:
    hasty = Store(valkey.url, timeout=1)
    visits.add(hasty)
    with valkey.client() as redis:
        redis.client_pause(60_000, all=False)
        with pytest.raises(StoreUnavailable):
            visits.add(hasty)
        redis.client_unpause()
    eventually(lambda: visits.add(store) > 2)
    with hasty.redis() as redis:
        assert redis.ping() is True


def test_connections_that_redis_closed_are_found_out_without_a_question(valkey: Valkey, store: Store) -> None:
    assert visits.add(store) == 1
    with valkey.client() as redis:
        redis.client_kill_filter(_type="normal", skipme=True)
    assert visits.add(store) == 2
    assert "ping" not in {name for name, calls in valkey.commands().items() if calls > 1}


def test_when_a_name_leads_to_another_master_it_is_followed(
    valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Valkey(tmp_path_factory.mktemp("other"))
    other.start()
    try:
        with Wire(valkey.port) as wire, valkey.client() as redis:
            store = Store(wire.url)
            visits.add(store)
            redis.replicaof("127.0.0.1", other.port)
            wire.target = other.port
            with pytest.raises(StoreUnavailable):
                visits.add(store)
            visits.add(store)
    finally:
        other.stop()

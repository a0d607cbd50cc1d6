"""Nodes of a cluster take over, hang, and come back: calls reach who has the key, without a restart."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters, keys, visits
from counter.repository.keys import VISITS
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.cluster import SLOTS, ClusterNode, ValkeyCluster
from services.counter.tests.tally import visit


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[ValkeyCluster]:
    cluster = ValkeyCluster(tmp_path)
    cluster.start()
    yield cluster
    cluster.stop()


def test_a_slot_that_moves_is_followed_while_it_moves_and_afterwards(cluster: ValkeyCluster) -> None:
    store = Store(cluster.url)
    assert visits.add(store) == 1
    source = cluster.owner(VISITS)
    target = next(node for node in cluster.nodes if node is not source)
    slot = source.cluster("KEYSLOT", VISITS)
    target.cluster("SETSLOT", slot, "IMPORTING", source.cluster("MYID"))
    source.cluster("SETSLOT", slot, "MIGRATING", target.cluster("MYID"))
    with source.client() as redis:
        redis.migrate("127.0.0.1", target.port, VISITS, 0, 5000)
    assert visits.add(store) == 2  # ASK
    for node in (target, source):
        node.cluster("SETSLOT", slot, "NODE", target.cluster("MYID"))
    assert visits.add(store) == 3  # MOVED
    with target.client() as redis:
        assert redis.get(VISITS) == "3"


def test_who_is_sent_to_another_node_learns_of_all_that_has_moved(cluster: ValkeyCluster) -> None:
    store = Store(cluster.url)
    store.check()
    source = cluster.owner(VISITS)
    target = next(node for node in cluster.nodes if node is not source)
    slot = int(source.cluster("KEYSLOT", VISITS))
    for moved in (slot, slot + 1):
        for node in (target, source, *cluster.nodes):
            node.cluster("SETSLOT", moved, "NODE", target.cluster("MYID"))
    assert visits.add(store) == 1  # MOVED
    client: Any = store._connected.get()
    eventually(lambda: client.nodes_manager.get_node_from_slot(slot + 1).port == target.port)


def test_a_node_that_comes_back_is_found_again(cluster: ValkeyCluster) -> None:
    store = Store(cluster.url)
    visits.add(store)
    owner = cluster.owner(VISITS)
    owner.stop()
    with pytest.raises(StoreUnavailable):
        visits.add(store)
    with pytest.raises(StoreUnavailable):
        store.check()
    owner.start()
    eventually(lambda: visit(store))
    store.check()


def test_what_would_be_sent_again_is_refused(cluster: ValkeyCluster) -> None:
    with Store(cluster.url).redis() as redis, pytest.raises(RuntimeError, match="write a script"):
        redis.pipeline()


def test_a_node_that_hangs_holds_up_nothing_on_others(cluster: ValkeyCluster) -> None:
    hanging = cluster.owner(VISITS)
    owner = next(owner for owner in "abcdef" if cluster.owner(keys.values(owner)) is not hanging)
    store = Store(cluster.url, timeout=1)
    eventually(lambda: visit(store))
    hanging.signal(signal.SIGSTOP)
    with ThreadPoolExecutor(8) as pool:
        for round_ in range(3):
            assert set(pool.map(lambda _: visit(store), range(8))) == {0}
            for number in range(20):
                assert counters.increment(store, owner, "coffee", 1).value == 20 * round_ + number + 1
    hanging.signal(signal.SIGCONT)
    # What it was asked meanwhile waited for it.
    assert eventually(lambda: visit(store)) < 60


def test_slots_that_are_given_to_a_node_only_later_are_learnt_of(tmp_path: Path) -> None:
    node = ClusterNode(tmp_path)
    node.start()
    try:
        store = Store(f"redis+cluster://127.0.0.1:{node.port}")
        for slots in ((0, 0), (1, SLOTS - 1)):
            assert visit(store) == 0
            node.cluster("ADDSLOTSRANGE", *slots)
        eventually(lambda: visit(store))
    finally:
        node.stop()


@pytest.mark.slow
def test_a_replica_that_takes_over_in_a_cluster_is_found(cluster: ValkeyCluster, tmp_path: Path) -> None:
    owner, replica = cluster.owner(VISITS), ClusterNode(tmp_path / "replica")
    replica.start()
    try:
        cluster.follow(replica, owner)
        store = Store(cluster.url)
        visits.add(store)
        with owner.client() as redis:
            assert redis.wait(1, 10_000) == 1
        owner.stop()
        assert eventually(lambda: visit(store), what="the replica takes over") == 2
    finally:
        replica.stop()

"""Listening to a channel."""

import pytest

from counter.errors import StoreUnavailable
from counter.repository.store import Store
from services.counter.tests.valkey import Valkey


def test_what_is_published_after_subscribing_is_received_in_order(store: Store) -> None:
    with store.subscribe("quartet:live:x") as subscription:
        with store.redis() as redis:
            for value in ("1", "2"):
                redis.publish("quartet:live:x", value)
            redis.publish("quartet:live:y", "another's")
        assert [subscription.receive(5), subscription.receive(5)] == ["1", "2"]
        assert subscription.receive(0.01) is None


def test_a_lost_subscription_is_told(store: Store, valkey: Valkey) -> None:
    def listen() -> None:
        with store.subscribe("quartet:live:x") as subscription:
            valkey.stop()
            subscription.receive(5)

    with pytest.raises(StoreUnavailable):
        listen()

"""Live values: how a stream goes on, and how it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, takewhile
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.errors import CounterNotFound, StoreUnavailable, StreamsFull, TooManyStreams
from counter.repository import counters, streams
from counter.repository.live import Live
from counter.repository.store import Store
from counter.use_cases.places import Places
from counter.use_cases.streams import PACE, Sign, Stream, Streams
from quartet.testing import TokenMaker
from quartet.testing.waiting import eventually
from services.counter.tests.valkey import Valkey

LIFE = 20.0
SOON = 0.2

Open = Callable[..., tuple[Streams, Stream]]


@pytest.fixture
def opened(store: Store) -> Open:
    """`opened(life=1)`: streams of these properties, and one of them on ada's counter `coffee`, which stands at 1."""
    counters.increment(store, "ada", "coffee", 1)

    def opened(
        life: float = LIFE, heartbeat: float = LIFE, draining: threading.Event | None = None
    ) -> tuple[Streams, Stream]:
        draining = draining or threading.Event()
        ours = Streams(store, Places(3, 2), life=life, heartbeat=heartbeat, draining=draining)
        return ours, ours.open("ada", "coffee")

    return opened


def happenings(opened: tuple[Streams, Stream]) -> Iterator[int | Sign]:
    """What happens, but for nothing; the stream is closed in the end."""
    yield from (each for each in opened[0].follow(opened[1]) if each is not Sign.IDLE)
    opened[0].close(opened[1])


def add(store: Store, by: int = 1, name: str = "coffee") -> None:
    counters.increment(store, "ada", name, by)


def test_the_present_value_comes_first_and_then_each_change(opened: Open, store: Store) -> None:
    ours, stream = opened()
    happens = happenings((ours, stream))
    assert next(happens) == 1
    for by, value in ((1, 2), (-5, -3), (2**40, 2**40 - 3)):
        add(store, by)
        assert next(happens) == value
    counters.increment(store, "ada", "tea", 1)
    counters.increment(store, "bob", "coffee", 1)
    add(store)
    assert next(happens) == 2**40 - 2
    ours.close(stream)


def test_what_changes_between_subscribing_and_reading_is_not_missed(
    opened: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce = streams.announce

    def late(*of: Store | str) -> None:
        add(store)
        announce(*of)  # type: ignore[arg-type]
        add(store)

    monkeypatch.setattr(streams, "announce", late)
    ours, stream = opened()
    happens = happenings((ours, stream))
    shown = [next(happens)]
    while shown[-1] != 3:
        shown.append(next(happens))
    assert shown == sorted(set(shown))  # type: ignore[type-var]
    ours.close(stream)


def test_a_stream_knows_nothing_of_what_was_before_it(opened: Open, store: Store) -> None:
    """What is published just before, or to a connection that has ended, does not come in for the present value."""
    ours, stream = opened()
    ours.close(stream)
    for number in range(30):
        name = f"tea-{number}"
        with pytest.raises(CounterNotFound):
            ours.open("ada", name)
        add(store, 3, name)
        counters.delete(store, "ada", name)
        add(store, 2, name)
        happens = happenings((ours, again := ours.open("ada", name)))
        assert next(happens) == 2
        ours.close(again)


def test_of_changes_in_quick_succession_only_the_newest_is_told(opened: Open, store: Store) -> None:
    ours, stream = opened()
    start = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        pool.map(lambda _: add(store), range(500))
        shown = list(takewhile(lambda value: value != 501, happenings((ours, stream))))
    ours.close(stream)
    assert Sign.OVER not in shown
    assert len(shown) <= (time.monotonic() - start) / PACE + 1


def test_a_change_and_back_is_none_and_a_chance_to_see_the_reader_go(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with two changes within a pause of the stream, over and over."""
    ours, stream = opened(life=3)
    happens = ours.follow(stream)
    assert next(happens) == 1
    monkeypatch.setattr(stream.feed, "take", lambda _: "1")
    assert [next(happens) for _ in range(3)] == [Sign.IDLE] * 3
    monkeypatch.setattr(stream.feed, "take", lambda _: "2")
    assert next(happens) == 2
    ours.close(stream)


def test_a_stream_shows_that_it_lives_and_ends_by_itself(opened: Open) -> None:
    first, *between, last = happenings(opened(life=3, heartbeat=SOON))
    assert (first, set(between), last) == (1, {Sign.ALIVE}, Sign.OVER)


def test_a_deleted_counter_ends_its_streams_even_if_it_comes_back_at_once(opened: Open, store: Store) -> None:
    happens = happenings(opened())
    assert next(happens) == 1
    counters.delete(store, "ada", "coffee")
    add(store)
    assert list(happens) == [Sign.DELETED]


def test_a_process_that_is_told_to_end_ends_its_streams(opened: Open) -> None:
    draining = threading.Event()
    ours, stream = opened(draining=draining)
    happens = ours.follow(stream)
    assert next(happens) == 1
    draining.set()
    assert next(happens) is Sign.OVER
    ours.close(stream)


def test_a_redis_that_goes_away_ends_the_streams_and_later_ones_are_good(
    opened: Open, store: Store, valkey: Valkey
) -> None:
    ours, stream = opened()
    happens = ours.follow(stream)
    assert next(happens) == 1
    valkey.stop()
    assert list(happens)[-1] is Sign.OVER
    assert time.monotonic() - stream.opened < LIFE  # not because its life was over
    ours.close(stream)
    with pytest.raises(StoreUnavailable):
        ours.open("ada", "coffee")
    valkey.start()
    again = happenings((ours, ours.open("ada", "coffee")))
    assert next(again) == 1
    add(store)
    assert next(again) == 2


def test_a_subscription_that_hears_nothing_is_not_waited_on(opened: Open, tmp_path: Path) -> None:
    """As after a failover: the connection stands, and values are published at another Redis."""
    (tmp_path / "old").mkdir()
    old = Valkey(tmp_path / "old")
    old.start()
    ours, stream = opened(heartbeat=SOON)
    ours.close(stream)
    ours._live = Live(Store(old.url))
    deaf = ours.open("ada", "coffee")
    with old.client() as redis:
        redis.publish("quartet:live:{ada}:coffee", f"1 {deaf.feed.mark}")
    shown = list(happenings((ours, deaf)))
    old.stop()
    assert shown[0] == 1
    assert shown[-1] is Sign.OVER
    assert len(shown) < 1 + LIFE / SOON / 2


def test_a_subscription_that_redis_py_has_made_anew_is_not_trusted(
    opened: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was published meanwhile is missing."""
    pubsub, made = store.pubsub, Queue[Any]()

    def noted() -> Any:
        made.put(each := pubsub())
        return each

    monkeypatch.setattr(store, "pubsub", noted)
    ours, stream = opened()
    happens = ours.follow(stream)
    assert next(happens) == 1
    made.get().connection.mark_for_reconnect()
    assert list(happens)[-1] is Sign.OVER
    assert time.monotonic() - stream.opened < LIFE  # not because its life was over
    ours.close(stream)


def test_places_are_taken_and_freed(opened: Open, store: Store) -> None:
    ours, first = opened()
    second = ours.open("ada", "coffee")
    with pytest.raises(TooManyStreams):
        ours.open("ada", "coffee")
    counters.increment(store, "bob", "tea", 1)
    third = ours.open("bob", "tea")
    with pytest.raises(StreamsFull):
        ours.open("bob", "tea")
    for each in (third, third, second):
        ours.close(each)
    for _ in range(3):
        with pytest.raises(CounterNotFound):
            ours.open("bob", "none")
    assert next(happenings((ours, ours.open("bob", "tea")))) == 1
    assert next(happenings((ours, first))) == 1


def test_all_streams_of_a_process_listen_on_one_connection(opened: Open, store: Store, valkey: Valkey) -> None:
    def listening() -> list[str]:
        with valkey.client() as redis:
            return [each["sub"] for each in redis.client_list() if each["sub"] != "0"]

    assert listening() == []
    ours, first = opened()
    counters.increment(store, "bob", "tea", 1)
    second, third = ours.open("ada", "coffee"), ours.open("bob", "tea")
    assert listening() == ["2"]
    ours.close(third)
    eventually(lambda: listening() == ["1"])
    ours.close(first)
    add(store)
    assert 2 in islice(happenings((ours, second)), 2)
    ours.close(second)
    eventually(lambda: listening() == [])


@pytest.mark.parametrize(("name", "status"), [("missing", 404), ("a%0D%0Ab", 422), ("x" * 65, 422), ("..", 422)])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_wrong_is_said_before_a_stream_begins(
    client: FlaskClient, tokens: TokenMaker, method: str, name: str, status: int
) -> None:
    answer = client.open(f"/api/counters/{name}/stream", method=method, headers=tokens.bearer())
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_head_tells_of_a_stream_and_opens_none(client: FlaskClient, tokens: TokenMaker, valkey: Valkey) -> None:
    headers = tokens.bearer(sub="ada")
    client.post("/api/counters/coffee/increment", headers=headers)
    answer = client.head("/api/counters/coffee/stream", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    with valkey.client() as redis:
        assert redis.pubsub_channels() == []

"""Requests that wait at the same time go through the network together, and do each other no harm."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest

from quartet.testing.waiting import eventually
from vectors.errors import Overloaded
from vectors.models.batching import Batcher
from vectors.models.model import Tokens, Vectors

BAD = 13


@dataclass
class Network:
    """Gives a sentence's sum and length; stands still while `open` is not set, and breaks at a BAD token."""

    open: threading.Event = field(default_factory=threading.Event)
    batches: list[list[Tokens]] = field(default_factory=list)

    def run(self, sentences: Sequence[Tokens]) -> Vectors:
        self.batches.append(list(sentences))
        assert self.open.wait(10)
        if any(BAD in each for each in sentences):
            raise ValueError(BAD)
        return np.array([[sum(each), len(each)] for each in sentences], np.float32)


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    yield network
    network.open.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


Ask = Callable[..., Future[Vectors]]


@pytest.fixture
def batcher(network: Network) -> Batcher:
    return Batcher(lambda: network.run, tokens=12, patience=10)


@pytest.fixture
def ask(batcher: Batcher, pool: ThreadPoolExecutor) -> Ask:
    """Ask, and come back when it waits."""

    def send(*sentences: Tokens) -> Future[Vectors]:
        waiting = len(batcher._jobs)
        asked = pool.submit(batcher.encode, sentences)
        eventually(lambda: len(batcher._jobs) > waiting)
        return asked

    return send


@pytest.fixture
def first(batcher: Batcher, network: Network, pool: ThreadPoolExecutor) -> Future[Vectors]:
    """A request whose batch stands still."""
    asked = pool.submit(batcher.encode, [[1]])
    eventually(lambda: network.batches)
    return asked


def test_each_gets_its_own_in_its_order(batcher: Batcher, network: Network) -> None:
    network.open.set()
    sentences = [[1], [2, 3, 4], [5, 6], [7] * 40, [8]]
    assert batcher.encode(sentences).tolist() == [[sum(each), len(each)] for each in sentences]


def test_what_waits_is_embedded_together(first: Future[Vectors], ask: Ask, network: Network) -> None:
    others = [ask([number, number]) for number in range(2, 7)]
    network.open.set()
    assert [asked.result().tolist() for asked in others] == [[[2 * number, 2]] for number in range(2, 7)]
    assert first.result().tolist() == [[1, 1]]
    assert [len(batch) for batch in network.batches] == [1, 5]


def test_a_batch_is_no_larger_than_it_may_be(first: Future[Vectors], ask: Ask, network: Network) -> None:
    asked = ask(*([[1] * length for length in (1, 5, 2, 4, 3, 30)]))
    network.open.set()
    assert asked.result()[:, 1].tolist() == [1, 5, 2, 4, 3, 30]
    assert [[len(each) for each in batch] for batch in network.batches[1:]] == [[30], [5, 4], [3, 2, 1]]
    assert first.result().tolist() == [[1, 1]]


def test_a_short_request_is_not_kept_by_a_long_one(first: Future[Vectors], ask: Ask, network: Network) -> None:
    long = ask(*([[2, 2, 2]] * 40))
    short = ask([9, 9, 9])
    network.open.set()
    assert short.result().tolist() == [[27, 3]]
    assert len(long.result()) == 40
    assert [9, 9, 9] in network.batches[1]
    assert first.result().tolist() == [[1, 1]]


def test_only_the_request_at_fault_fails(first: Future[Vectors], ask: Ask, network: Network) -> None:
    good, bad, other = ask([2]), ask([3], [BAD], [4]), ask([5], [6])
    network.open.set()
    assert good.result().tolist() == [[2, 1]]
    assert other.result().tolist() == [[5, 1], [6, 1]]
    with pytest.raises(ValueError, match="13"):
        bad.result()
    assert first.result().tolist() == [[1, 1]]


def test_it_goes_on_after_a_failure(batcher: Batcher, network: Network) -> None:
    network.open.set()
    with pytest.raises(ValueError, match="13"):
        batcher.encode([[BAD]])
    assert batcher.encode([[1]]).tolist() == [[1, 1]]


def test_whoever_waits_too_long_is_told_and_left_out(network: Network) -> None:
    batcher = Batcher(lambda: network.run, tokens=2, patience=0.05)
    with pytest.raises(Overloaded, match=r"within 0\.05 seconds"):
        batcher.encode([[1], [2], [3], [4]])
    with pytest.raises(Overloaded):
        batcher.encode([[5]])
    network.open.set()
    eventually(lambda: not batcher._jobs)
    assert network.batches == [[[1], [2]]]


def test_a_network_that_cannot_be_opened_is_tried_again(network: Network) -> None:
    network.open.set()
    attempts = iter([OSError("no memory"), None])

    def open_network() -> Callable[[Sequence[Tokens]], Vectors]:
        if error := next(attempts):
            raise error
        return network.run

    batcher = Batcher(open_network, tokens=12, patience=10)
    with pytest.raises(OSError, match="no memory"):
        batcher.encode([[1], [2]])
    assert batcher.encode([[3]]).tolist() == [[3, 1]]


def test_it_works_in_a_forked_process() -> None:
    script = (
        "import os, numpy as np\n"
        "from vectors.models.batching import Batcher\n"
        "batcher = Batcher(lambda: lambda each: np.ones((len(each), 1), np.float32), tokens=9, patience=10)\n"
        "batcher.encode([[1]])\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os._exit(len(batcher.encode([[1], [2]])))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    printed = subprocess.check_output([sys.executable, "-W", "ignore", "-c", script], text=True)
    assert printed == "2\n"

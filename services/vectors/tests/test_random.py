"""The model `random`: the same on every replica, today and after an upgrade."""

import hashlib
import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vectors.models.random import fresh, of_sentences
from vectors.models.rows import DIMENSIONS

FOX = "The quick brown fox"
SENTENCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)
PINNED = {
    FOX: ([0.3143530455492004, 0.9498006101313562, 0.9441522135958687], 0.0842244522146427),
    "a": ([0.16441050396696144, 0.2895200100429314, 0.02335401095243761], 0.005531672249930786),
    "🦊 é\n": ([0.6990010723617044, 0.8969245135858311, 0.19730195553216134], 0.06044213992354042),
}
WORD = 2**64 - 1


def philox(counter: int, key: tuple[int, int]) -> list[int]:
    """One block of Philox4x64-10, as the paper has it."""
    words, (low, high) = [counter, 0, 0, 0], key
    for _ in range(10):
        first, second = words[0] * 0xD2E7470EE14C6C93, words[2] * 0xCA5A826395121157
        words = [second >> 64 ^ words[1] ^ low, second & WORD, first >> 64 ^ words[3] ^ high, first & WORD]
        low, high = (low + 0x9E3779B97F4A7C15) & WORD, (high + 0xBB67AE8584CAA73B) & WORD
    return words


def repeated(sentence: str) -> list[float]:
    """The construction as the module tells it, without NumPy."""
    digest = hashlib.sha256(sentence.encode()).digest()
    key = (int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little"))
    return [(word >> 11) / 2**53 for block in range(1, 126) for word in philox(block, key)]


def test_the_vector_of_a_sentence_is_for_ever() -> None:
    for vector, (first, last) in zip(of_sentences(list(PINNED)).tolist(), PINNED.values(), strict=True):
        assert (vector[:3], vector[-1]) == (first, last)


@given(sentence=SENTENCES)
@settings(max_examples=20)
def test_the_construction_can_be_repeated_without_numpy(sentence: str) -> None:
    assert of_sentences([sentence])[0].tolist() == repeated(sentence)


@given(sentences=st.lists(SENTENCES, min_size=1, max_size=5))
def test_a_sentence_has_its_vector_whatever_stands_beside_it(sentences: list[str]) -> None:
    assert of_sentences(sentences).tolist() == [of_sentences([each])[0].tolist() for each in sentences]


def test_every_replica_gives_the_same_vector() -> None:
    script = f"from vectors.models.random import of_sentences; print(of_sentences([{FOX!r}]).tolist())"
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert printed.strip() == str(of_sentences([FOX]).tolist())


@given(one=SENTENCES, other=SENTENCES)
def test_a_vector_tells_sentences_apart(one: str, other: str) -> None:
    first, second = of_sentences([one, other]).tolist()
    assert (first == second) == (one == other)


@given(sentence=SENTENCES)
def test_every_number_is_within_0_and_1(sentence: str) -> None:
    vectors = of_sentences([sentence])
    assert vectors.shape == (1, DIMENSIONS)
    assert ((vectors >= 0) & (vectors < 1)).all()


def test_the_numbers_are_uniform() -> None:
    numbers = of_sentences([str(each) for each in range(2_000)])
    counts, _ = np.histogram(numbers, bins=20, range=(0, 1))
    assert (abs(counts / numbers.size - 1 / 20) < 0.002).all()  # nine standard deviations
    assert abs(np.corrcoef(numbers[:1_000].ravel(), numbers[1_000:].ravel())[0, 1]) < 0.01


def test_a_fresh_vector_never_comes_twice() -> None:
    assert len({tuple(each) for each in (*fresh(30), *fresh(30))}) == 60

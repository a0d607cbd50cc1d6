"""The model `random`: the same on every replica, today and after an upgrade."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from vectors.use_cases.vectors import DIMENSIONS, fresh_vector, random_vector

FOX = "The quick brown fox"
SENTENCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)


def test_the_vector_of_a_sentence_is_for_ever() -> None:
    vector = random_vector(FOX).tolist()
    assert vector[:3] == [0.3143530455492004, 0.9498006101313562, 0.9441522135958687]
    assert vector[-1] == 0.0842244522146427


def test_every_replica_gives_the_same_vector() -> None:
    script = f"from vectors.use_cases.vectors import random_vector; print(random_vector({FOX!r}).tolist())"
    for _ in range(2):
        assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == str(
            random_vector(FOX).tolist()
        )


@given(one=SENTENCES, other=SENTENCES)
def test_a_vector_tells_sentences_apart(one: str, other: str) -> None:
    assert (random_vector(one).tolist() == random_vector(other).tolist()) == (one == other)


@given(sentence=SENTENCES)
def test_every_number_is_within_0_and_1(sentence: str) -> None:
    vector = random_vector(sentence)
    assert vector.shape == (DIMENSIONS,)
    assert ((vector >= 0) & (vector < 1)).all()


def test_a_fresh_vector_never_comes_twice() -> None:
    assert len({tuple(fresh_vector()) for _ in range(50)}) == 50

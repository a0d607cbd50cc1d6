"""Words as they are kept: what is one, what begins with what, and that MySQL's index takes every one of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.words import END, LONGEST_KEY, kept_words, sort_key, wanted_words

# innodb_ft_min_token_size, innodb_ft_max_token_size, and INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD.
SHORTEST, LONGEST = 3, 84
STOPWORDS = """a about an are as at be by com de en for from how i in is it la of on or that the this to was what when
    where who will with und the www"""


def found(text: str, q: str) -> bool:
    """Whether a search finds a text, said as the database is asked."""
    return all(f" {code}" in kept_words(text) for word in wanted_words(q) for code in word)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Teapot, the BIG one!", " teapot__ the__ big__ one__"),
        ("tea Tea TEA", " tea__"),
        ("don't", " don__ t__"),
        ("1.5 l", " 1__ 5__ l__"),
        ("Zebra_jazz", " zzebra__ jazzzz__"),
        ("Äpfel, Éclair & Straße", " apfel__ eclair__ strasse__"),
        ("ﬁne Ⅷ", " fine__ viii__"),
        ("Чай", " z00ufz00tsz00u0__"),
        ("茶壶", " z0px2z0hkm__ z0hkm__"),
        ("", " "),
        ("+++ 🫖", " "),
    ],
)
def test_words_are_kept_so_and_never_otherwise(text: str, kept: str) -> None:
    """What is in databases already was made so; another code would need a migration that makes it anew."""
    assert kept_words(text) == kept


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Teapot", "teapot"),
        ("  Two\t words\x00\x01 ", "two words"),
        ("Äpfel", "apfel"),
        ("STRASSE", "strasse"),
        ("Ё", "е"),
        ("が", "が"),
        ("x" * 63 + " yz", "x" * 63),
        ("🫖", "🫖"),
        (" ", ""),
    ],
)
def test_names_are_ordered_by_these_keys(name: str, key: str) -> None:
    assert sort_key(name) == key


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("Blue Teapot", "teap BLUE"),
        ("Crème brûlée", "creme brulee"),
        ("creme", "Crè"),
        ("白色茶壶", "茶壶"),
        ("白色茶壶", "壶"),
        ("白色茶壶 teapot", "白色 TEA"),
        ("コーヒーメーカー", "メーカー"),
        ("Чайник", "чай"),
        ("찻주전자", "찻주"),
        ("हिन्दी", "हिन्"),
        ("iPhone15", "iphone1"),
        ("x" * 200, "X" * 150),
    ],
)
def test_a_search_finds(text: str, q: str) -> None:
    assert found(text, q)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("Teapot", "pot"),
        ("tea", "teapot"),
        ("blue tea", "blue pot"),
        ("白色茶壶", "色壶"),
        ("茶", "茶壶"),
        ("zebra", "z z0"),
    ],
)
def test_a_search_does_not_find(text: str, q: str) -> None:
    assert not found(text, q)


@given(st.text(max_size=60))
def test_every_kept_word_is_one_that_the_index_of_mysql_takes(text: str) -> None:
    for word in kept_words(text).split():
        assert re.fullmatch(rf"[a-z0-9]+{END}", word)
        assert SHORTEST <= len(word) <= LONGEST
        assert word not in STOPWORDS.split()


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), st.integers(1, 12))
def test_a_text_is_found_by_itself_and_by_every_beginning(text: str, length: int) -> None:
    assert found(text, text)
    assert found(text, text[:length])


@given(st.text(max_size=200))
def test_a_key_has_a_place_in_every_store(name: str) -> None:
    key = sort_key(name)
    assert len(key) <= LONGEST_KEY
    assert key == key.strip()
    assert not re.search("[\0-\x1f\x7f-\x9f]", key)

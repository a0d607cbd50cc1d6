"""The conditions of lists that the two databases have to be asked in different words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.dialects.mysql import match
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.models import Product

SAMPLE = 1000  # products that are looked through before the FULLTEXT index is asked
PAGE = 101  # as many as the longest page has, and one more
RARE = 10  # a word is rare that less than every tenth has


def on_mysql(session: Session) -> bool:
    return session.get_bind().dialect.name == "mysql"


def beyond(
    session: Session, column: InstrumentedAttribute[Any], value: object, product_id: int, *, descending: bool
) -> list[ColumnElement[bool]]:
    """Return the condition to come after a place in a list by (column, id), so that an index is read from there on.

    MySQL reads two ranges of an index for one condition with OR. SQLite would sort what it finds: it gets two
    conditions, the nearer part first, to be asked for one by one.
    """
    further, next_id = (
        (column < value, Product.id < product_id) if descending else (column > value, Product.id > product_id)
    )
    at_place = and_(column == value, next_id)
    return [or_(further, at_place)] if on_mysql(session) else [at_place, further]


def has_word(word: str) -> ColumnElement[bool]:
    """Return the condition to have a word that begins so, found out by looking through the words of the product."""
    return func.instr(Product.words, f" {word}") > 0


def matches(words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition to have words that begin so, found by the FULLTEXT index; they are in a-z and 0-9."""
    return match(Product.words.expression, against=" ".join(f"+{word}*" for word in words)).in_boolean_mode()


def rare_words(session: Session, words: Sequence[str], sample: Select[Any]) -> Sequence[str]:
    """Return the words to look up in the FULLTEXT index; none where `sample`, ids in order, is what to look through.

    The index reads all that there is of a word: a word that many products have, if only `with`, would take seconds. How
    many have each is estimated from the sample, and where a page can be filled from as many products as that has, or
    there are no more, it is filled from there.
    """
    ids = sample.limit(SAMPLE).subquery()
    having = [and_(*map(has_word, words)), *map(has_word, words)]
    counts = [func.count(case((condition, 1))) for condition in having]
    statement = select(func.count(), *counts).select_from(Product).join(ids, ids.c.id == Product.id)
    seen, all_words, *each = session.execute(statement).one()
    if all_words >= PAGE or seen < SAMPLE:
        return ()
    rare = [word for word, number in zip(words, each, strict=True) if number * RARE < seen]
    return rare or [words[each.index(min(each))]]


def in_the_order_of(statement: Select[Any], index: str) -> Select[Any]:
    """Have MySQL walk along an index: left to itself it sorts where it takes a range of prices for small."""
    return statement.with_hint(Product, f"FORCE INDEX ({index})", "mysql")

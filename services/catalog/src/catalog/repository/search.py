"""The conditions of lists that the two databases have to be asked in different words."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, tuple_
from sqlalchemy.dialects.mysql import match
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.models import Product


def on_mysql(session: Session) -> bool:
    return session.get_bind().dialect.name == "mysql"


def beyond(
    session: Session, column: InstrumentedAttribute[Any], value: object, product_id: int, *, descending: bool
) -> ColumnElement[bool]:
    """Return the condition to come after a place in a list by (column, id), so that an index is read from there on.

    MySQL takes a comparison of pairs for no range of an index, SQLite an OR for several.
    """
    if not on_mysql(session):
        here = tuple_(literal(value, column.type), literal(product_id))
        return tuple_(column, Product.id) < here if descending else tuple_(column, Product.id) > here
    further, next_id = (
        (column < value, Product.id < product_id) if descending else (column > value, Product.id > product_id)
    )
    return or_(further, and_(column == value, next_id))


def having_words(session: Session, words: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions to have words that begin with all of `words`; those are in a-z and 0-9, see catalog.words.

    MySQL has a FULLTEXT index for it. SQLite looks through the words of each product.
    """
    if not words:
        return
    if on_mysql(session):
        yield match(Product.words.expression, against=" ".join(f"+{word}*" for word in words)).in_boolean_mode()
    else:
        yield from (func.instr(Product.words, f" {word}") > 0 for word in words)


def in_the_order_of(statement: Select[Any], index: str) -> Select[Any]:
    """Have MySQL walk along an index: left to itself it sorts where it takes a range of prices for small."""
    return statement.with_hint(Product, f"FORCE INDEX ({index})", "mysql")

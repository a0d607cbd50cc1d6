"""Pages of products."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, func, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.operators import custom_op

from catalog.models import Product
from catalog.repository.search import beyond, has_word, in_the_order_of, matches, on_mysql, rare_words
from catalog.searches import Place, ProductSearch, value_at

ORDERS: dict[str, tuple[InstrumentedAttribute[Any], str]] = {
    "created_at": (Product.created_at, "by_time"),
    "price": (Product.price, "by_price"),
    "name": (Product.name_key, "by_name"),
}
"""The column that each order is by, and how the indexes end that have it."""


def page(
    session: Session, wanted: ProductSearch, limit: int, after: Place | None = None, *, with_total: bool = False
) -> tuple[Sequence[Product], int | None]:
    """Return at most `limit` products in the order of the search, those beyond `after`, and how many there are in all.

    The ids are looked up first, in an index that has all it takes, then the rows of that one page.
    """
    column, index = ORDERS[wanted.sort.removeprefix("-")]
    descending = wanted.sort.startswith("-")
    order = [each.desc() if descending else each.asc() for each in (column, Product.id)]
    conditions = [*_conditions(wanted)]
    ids = select(Product.id).where(*conditions).order_by(*order)
    parts: list[ColumnElement[bool]] = [true()]
    if after is not None:
        parts = beyond(session, column, value_at(after), after.id, descending=descending)
    walk = in_the_order_of(ids, f"ix_products_{'of_owner_' if wanted.owner_id else ''}{index}")
    rare = rare_words(session, wanted.words, walk.where(parts[0])) if wanted.words and on_mysql(session) else ()
    having_words = [matches(rare)] if rare else []
    having_words += [has_word(word) for word in wanted.words if word not in rare]
    found = [(ids if rare else walk).where(part, *having_words).limit(limit) for part in parts]
    # SQLite answers the parts one after the other, and the second only as far as the first leaves room on the page.
    chosen = (
        union_all(*(select(part.subquery()) for part in found)).limit(limit) if found[1:] else found[0]
    ).subquery()
    products = select(Product).join(chosen, chosen.c.id == Product.id).order_by(*order).limit(limit)
    total = select(func.count()).select_from(Product).where(*conditions, *having_words)
    return session.scalars(products).all(), session.scalars(total).one() if with_total else None


def by_ids(session: Session, ids: Sequence[int], owner_id: str | None = None) -> list[Product]:
    """Return the products that there are of these, in this order; those of one owner."""
    statement = select(Product).where(Product.id.in_(ids))
    if owner_id is not None:
        statement = statement.where(Product.owner_id == owner_id)
    found = {product.id: product for product in session.scalars(statement)}
    return [found[each] for each in ids if each in found]


def _conditions(wanted: ProductSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.owner_id is not None:
        yield Product.owner_id == wanted.owner_id
    price: ColumnElement[Any] = Product.price.expression
    if not wanted.sort.endswith("price"):
        # The sign keeps SQLite from an index of prices, and so from sorting.
        price = UnaryExpression(price, operator=custom_op("+"), type_=price.type)
    if wanted.min_price is not None:
        yield price >= wanted.min_price
    if wanted.max_price is not None:
        yield price <= wanted.max_price

"""All products, the oldest first, some at a time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.models import Product

Place = tuple[datetime, int]


def oldest_products(
    session: Session,
    limit: int,
    until: datetime,
    after: Place | None = None,
    owner_id: str | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
) -> Sequence[Product]:
    """Return at most `limit` products made `until` then, the oldest first, those behind (created_at, id) `after`."""
    statement = select(Product).order_by(Product.created_at, Product.id).limit(limit)
    statement = statement.where(Product.created_at <= until)
    if after is not None:
        created_at, product_id = after
        # (created_at, id) > (…, …), written so that MySQL reads just that range of the index.
        statement = statement.where(
            Product.created_at >= created_at, or_(Product.created_at > created_at, Product.id > product_id)
        )
    if owner_id is not None:
        statement = statement.where(Product.owner_id == owner_id)
    if min_price is not None:
        statement = statement.where(Product.price >= min_price)
    if max_price is not None:
        statement = statement.where(Product.price <= max_price)
    return session.scalars(statement).all()

"""All products, the oldest first, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Product

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Selection:
    """Which products are wanted: all, or those of one owner, or within a range of prices, its ends included."""

    owner_id: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None

    def rules(self) -> list[ColumnElement[bool]]:
        found = []
        if self.owner_id is not None:
            found.append(Product.owner_id == self.owner_id)
        if self.min_price is not None:
            found.append(Product.price >= self.min_price)
        if self.max_price is not None:
            found.append(Product.price <= self.max_price)
        return found


def oldest_products(
    session: Session, wanted: Selection, limit: int, until: datetime, after: Place | None = None
) -> Sequence[Product]:
    """Return at most `limit` products made `until` then, the oldest first, those behind (created_at, id) `after`."""
    statement = select(Product).where(*wanted.rules(), Product.created_at <= until)
    if after is not None:
        created_at, product_id = after
        # (created_at, id) > (…, …), written so that MySQL reads just that range of the index.
        statement = statement.where(
            Product.created_at >= created_at, or_(Product.created_at > created_at, Product.id > product_id)
        )
    return session.scalars(statement.order_by(Product.created_at, Product.id).limit(limit)).all()


def count(session: Session, wanted: Selection) -> int:
    return session.scalars(select(func.count()).select_from(Product).where(*wanted.rules())).one()

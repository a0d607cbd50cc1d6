"""Pages of products."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.models import Product
from quartet.paging import NewestFirst


def newest_products(
    session: Session, limit: int, after: NewestFirst | None = None, owner_id: str | None = None
) -> Sequence[Product]:
    """Return at most `limit` products, the newest first, those below the cursor `after`, those of one owner."""
    statement = select(Product).order_by(Product.created_at.desc(), Product.id.desc()).limit(limit)
    if after is not None:
        # (created_at, id) < (…, …), written so that MySQL reads just that range of the index.
        statement = statement.where(
            Product.created_at <= after.created_at,
            or_(Product.created_at < after.created_at, Product.id < after.id),
        )
    if owner_id is not None:
        statement = statement.where(Product.owner_id == owner_id)
    return session.scalars(statement).all()

"""Single products."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.models.products import derived
from quartet.database import rows_changed


def find(session: Session, product_id: int) -> Product | None:
    return session.get(Product, product_id)


def hold(session: Session, product_id: int) -> Product | None:
    """Return a product as it is now; nobody can change it before this session ends."""
    return session.get(Product, product_id, with_for_update={"of": Product}, populate_existing=True)


def add(session: Session, product: Product) -> None:
    """Insert a product and learn its id."""
    session.add(product)
    session.flush()


def change(session: Session, product: Product, now: datetime, **values: Any) -> bool:
    """Change a product as it was read; False when another call was faster."""
    values |= {"version": product.version + 1, "updated_at": now}
    if not values.keys().isdisjoint({"name", "description"}):
        values |= derived(values.get("name", product.name), values.get("description", product.description))
    return rows_changed(session, update(Product).where(*_as_read(product)).values(values)) > 0


def remove(session: Session, product: Product) -> bool:
    """Remove a product as it was read; False when another call was faster."""
    return rows_changed(session, delete(Product).where(*_as_read(product))) > 0


def some_of(session: Session, subject: str, limit: int) -> Sequence[int]:
    """Return the ids of at most `limit` products of an owner."""
    return session.scalars(select(Product.id).where(Product.owner_id == subject).limit(limit)).all()


def remove_some(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Product).where(Product.id.in_(ids)).execution_options(synchronize_session=False))


def remove_all_of(session: Session, subject: str) -> None:
    session.execute(delete(Product).where(Product.owner_id == subject))


def _as_read(product: Product) -> tuple[Any, ...]:
    return Product.id == product.id, Product.version == product.version

"""Single products."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog.models import Product
from quartet.database import rows_changed


def find(session: Session, product_id: int) -> Product | None:
    return session.get(Product, product_id)


def add(session: Session, product: Product) -> None:
    """Insert a product and learn its id."""
    session.add(product)
    session.flush()


def remove(session: Session, product_id: int) -> bool:
    """Remove a product; False when another call was faster."""
    return rows_changed(session, delete(Product).where(Product.id == product_id)) > 0


def remove_all_of(session: Session, subject: str) -> None:
    session.execute(delete(Product).where(Product.owner_id == subject))

"""The queries of catalog."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import FeedPosition, Owner, Product
from quartet.database import rows_changed
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


def find_product(session: Session, product_id: int) -> Product | None:
    return session.get(Product, product_id)


def add_product(session: Session, product: Product) -> None:
    """Insert a product and learn its id."""
    session.add(product)
    session.flush()


def remove_product(session: Session, product_id: int) -> bool:
    """Remove a product; False when another call was faster."""
    return rows_changed(session, delete(Product).where(Product.id == product_id)) > 0


def remove_products_of(session: Session, subject: str) -> None:
    session.execute(delete(Product).where(Product.owner_id == subject))


def hold_owner(session: Session, subject: str, name: str) -> Owner:
    """Return an owner, made with `name` where there was none; nobody can change it before this session ends."""
    _make_owner(session, subject, name)
    return session.get_one(Owner, subject, with_for_update={"read": True}, populate_existing=True)


def rename_owner(session: Session, subject: str, name: str) -> None:
    """Set the name of an owner, also of one who has nothing yet; a deleted one gets no name again."""
    _set_owner(session, subject, name=name)


def bury_owner(session: Session, subject: str, now: datetime) -> None:
    """Leave a tombstone where an owner is, or could come to be."""
    _set_owner(session, subject, name="", deleted_at=now)


def feed_position(session: Session) -> str:
    return session.scalars(select(FeedPosition.cursor)).one()


def move_feed_position(session: Session, expected: str, cursor: str) -> bool:
    """Move from one cursor to the next; False when the position is another one by now."""
    return rows_changed(session, update(FeedPosition).where(FeedPosition.cursor == expected).values(cursor=cursor)) > 0


def _set_owner(session: Session, subject: str, **values: Any) -> None:
    _make_owner(session, subject, "")
    session.execute(update(Owner).where(Owner.subject == subject, Owner.deleted_at.is_(None)).values(**values))


def _make_owner(session: Session, subject: str, name: str) -> None:
    """Insert an owner, unless there is one.

    The look takes no lock: at REPEATABLE READ one would be on the place where there is no row, and two that have it
    and then insert there deadlock.
    """
    if session.scalars(select(Owner.subject).where(Owner.subject == subject)).first() is not None:
        return
    try:
        with session.begin_nested():
            session.add(Owner(subject=subject, name=name))
    except IntegrityError:
        return

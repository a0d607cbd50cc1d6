"""Made-up products."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalog.models import Owner, Product


def count(session: Session, owner_prefix: str) -> int:
    """Return how many products the owners have whose subjects begin so."""
    own = Product.owner_id.between(owner_prefix, f"{owner_prefix}g")
    return session.scalars(select(func.count()).select_from(Product).where(own)).one()


def owners(session: Session, owner_prefix: str) -> set[str]:
    """Return the subjects that there are of those that begin so."""
    return set(session.scalars(select(Owner.subject).where(Owner.subject.between(owner_prefix, f"{owner_prefix}g"))))


def add_owners(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(Owner), rows)


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(Product), rows)

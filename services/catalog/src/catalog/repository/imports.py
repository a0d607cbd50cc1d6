"""Many products at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.models.products import derived

PRODUCTS = cast(Table, Product.__table__)


def add_all(session: Session, owner_id: str, now: datetime, offers: Sequence[dict[str, Any]]) -> list[int]:
    """Insert products of one owner, made `now`, and return their ids in the same order.

    Neither MySQL nor its driver tells the ids of many rows. They are read back by owner and moment: both databases give
    them out in the order of the rows. No other batch that is seen has both in common, or this one fails; one that is
    not committed yet is not seen.
    """
    common = {"owner_id": owner_id, "version": 1, "created_at": now, "updated_at": now}
    rows = [{**common, **each, **derived(each["name"], each["description"])} for each in offers]
    session.connection().execute(insert(PRODUCTS), rows)
    mine = select(Product.id).where(Product.owner_id == owner_id, Product.created_at == now).order_by(Product.id)
    ids = list(session.scalars(mine))
    if len(ids) != len(rows):
        raise RuntimeError("two batches of one moment")
    return ids

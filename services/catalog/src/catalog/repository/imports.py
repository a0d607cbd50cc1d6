"""Many products at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.models.products import derived

PRODUCTS = cast(Table, Product.__table__)
MICROSECOND = timedelta(microseconds=1)


def add_all(session: Session, owner_id: str, now: datetime, offers: Sequence[dict[str, Any]]) -> list[int]:
    """Insert products of one owner, made `now` or microseconds later, and return their ids in the same order.

    Neither MySQL nor its driver tells the ids of many rows. They are read back by owner and moment: both databases give
    them out in the order of the rows. So no other batch that is seen may have both in common; one that is not committed
    yet is not seen.
    """
    made_then = select(Product.id).where(Product.owner_id == owner_id).limit(1)
    while session.scalars(made_then.where(Product.created_at == now)).first() is not None:
        now += MICROSECOND
    common = {"owner_id": owner_id, "version": 1, "created_at": now, "updated_at": now}
    rows = [{**common, **each, **derived(each["name"], each["description"])} for each in offers]
    session.connection().execute(insert(PRODUCTS), rows)
    mine = select(Product.id).where(Product.owner_id == owner_id, Product.created_at == now).order_by(Product.id)
    ids = list(session.scalars(mine))
    if len(ids) != len(rows):
        raise RuntimeError("two batches at once of one moment")
    return ids

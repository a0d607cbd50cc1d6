"""All products, in one go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from catalog.models import Product
from catalog.repository import exports
from quartet.database import Database

BATCH = 500


@dataclass(frozen=True)
class Selection:
    """Which products are wanted: all, or those of one owner, or within a range of prices, its ends included."""

    owner_id: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None


def export(database: Database, wanted: Selection) -> Iterator[Product]:
    """Yield the products that there are now, the oldest first.

    Each batch is a transaction of its own, so that a slow reader holds up nobody: what is changed or deleted meanwhile
    is as it is when its batch is read. What is made meanwhile is left out, so that there is an end.
    """
    until = datetime.now(UTC)
    after: exports.Place | None = None
    while True:
        with database.reading() as session:
            found = exports.oldest_products(
                session, BATCH, until, after, wanted.owner_id, wanted.min_price, wanted.max_price
            )
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1].created_at, found[-1].id

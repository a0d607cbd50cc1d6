"""All products, in one go."""

from collections.abc import Iterator
from datetime import UTC, datetime

from catalog.models import Product
from catalog.repository import exports
from catalog.repository.exports import Selection
from quartet.database import Database

__all__ = ["Selection", "count", "export"]

BATCH = 500


def export(database: Database, wanted: Selection) -> Iterator[Product]:
    """Yield the products that there are now, the oldest first.

    Each batch is a transaction of its own, so that a slow reader holds up nobody: what is changed or deleted meanwhile
    is as it is when its batch is read. What is made meanwhile is left out, so that there is an end.
    """
    until = datetime.now(UTC)
    after: exports.Place | None = None
    while True:
        with database.reading() as session:
            found = exports.oldest_products(session, wanted, BATCH, until, after)
        # A deleted user's many products go little by little; those that are left do not show.
        yield from (product for product in found if not product.owner.is_deleted)
        if len(found) < BATCH:
            return
        after = found[-1].created_at, found[-1].id


def count(database: Database, wanted: Selection) -> int:
    """Return how many products an export has, unless some come or go meanwhile."""
    with database.reading() as session:
        return exports.count(session, wanted)

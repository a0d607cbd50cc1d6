"""Lists of products, page by page."""

from catalog.models import Product
from catalog.repository import lists
from quartet.database import Database
from quartet.paging import NewestFirst, Page

Products = Page[Product, NewestFirst]


def list_products(database: Database, limit: int, after: NewestFirst | None, owner_id: str | None = None) -> Products:
    """Return a page of all products, or of one owner's, the newest first."""
    with database.reading() as session:
        found = lists.newest_products(session, limit + 1, after, owner_id)
    return Products.of(found, limit, lambda product: NewestFirst.after(product.created_at, product.id))

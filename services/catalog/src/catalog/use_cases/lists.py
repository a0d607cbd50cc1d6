"""Lists of products, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.models import Product
from catalog.repository import lists
from catalog.searches import Place, ProductSearch, place_of
from quartet.database import Database
from quartet.paging import Page

Products = Page[Product, Place]


@dataclass(frozen=True)
class Found:
    """A page, and how many products all pages have, where that was asked for."""

    page: Products
    total: int | None


def search(
    database: Database, wanted: ProductSearch, limit: int, after: Place | None, *, with_total: bool = False
) -> Found:
    """Return the page after a place, in the order of the search.

    A deleted user may have had many products, which go little by little: those that are left do not show, so that a
    page may have less than it could.
    """
    with database.reading() as session:
        found, total = lists.page(session, wanted, limit + 1, after, with_total=with_total)
    page = Products.of(found, limit, lambda product: place_of(product, wanted.sort))
    return Found(replace(page, items=_offered(page.items)), total)


def find_all(database: Database, ids: Sequence[int], owner_id: str | None = None) -> list[Product]:
    """Return those of these products that there are, in this order, each once; with an owner, only theirs."""
    with database.reading() as session:
        return _offered(lists.by_ids(session, list(dict.fromkeys(ids)), owner_id))


def _offered(products: Sequence[Product]) -> list[Product]:
    return [product for product in products if not product.owner.is_deleted]

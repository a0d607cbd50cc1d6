"""Lists of products."""

from catalog.routes.answers import A_MOMENT, PRODUCT_EXAMPLE
from catalog.routes.current import database
from catalog.schemas.lists import ListQuery, ProductPage
from catalog.schemas.products import ProductOut
from catalog.use_cases import lists
from quartet.caching import kept
from quartet.guard import principal, public
from quartet.openapi import Blueprint

blueprint = Blueprint("lists", __name__, tag="Products")

PAGE_EXAMPLE = {"items": [PRODUCT_EXAMPLE], "next_cursor": None}


@blueprint.get("/api/products")
@public
@kept(A_MOMENT)
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_products(query: ListQuery) -> ProductPage:
    """List and search products, or get several by their ids."""
    return _page(query)


@blueprint.get("/api/products/my")
@kept("private, no-store")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_own_products(query: ListQuery) -> ProductPage:
    """List and search the caller's products, or get several by their ids."""
    return _page(query, principal().subject)


def _page(query: ListQuery, only_of: str | None = None) -> ProductPage:
    wanted = query.search(only_of)
    if query.ids is not None:
        chosen = lists.find_all(database(), query.ids, only_of)
        return ProductPage(items=[ProductOut.of(product) for product in chosen], next_cursor=None)
    found = lists.search(database(), wanted, query.limit, query.cursor, with_total=query.with_total)
    return ProductPage(
        items=[ProductOut.of(product) for product in found.page.items],
        next_cursor=None if found.page.next is None else str(found.page.next),
        **({} if found.total is None else {"total": found.total}),
    )

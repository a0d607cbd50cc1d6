"""Lists of products."""

from catalog.routes.answers import A_MOMENT, PRODUCT_EXAMPLE
from catalog.routes.current import database
from catalog.schemas.lists import PageQuery, ProductPage
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
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_products(query: PageQuery) -> ProductPage:
    """List products, the newest first."""
    return _page(lists.list_products(database(), query.limit, query.cursor))


@blueprint.get("/api/products/my")
@kept("private, no-store")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_own_products(query: PageQuery) -> ProductPage:
    """List the caller's products, the newest first."""
    return _page(lists.list_products(database(), query.limit, query.cursor, principal().subject))


def _page(page: lists.Products) -> ProductPage:
    return ProductPage(
        items=[ProductOut.of(product) for product in page.items],
        next_cursor=None if page.next is None else str(page.next),
    )

"""The HTTP face of catalog."""

from http import HTTPStatus
from typing import cast

from flask import Flask, current_app, url_for

from catalog import use_cases
from catalog.errors import NotOwner, ProductNotFound
from catalog.schemas import NewProduct, PageQuery, ProductOut, ProductPage
from quartet.caching import kept
from quartet.database import Database
from quartet.guard import principal, public
from quartet.openapi import Blueprint, Document, problems_of

blueprint = Blueprint("products", __name__, tag="Products")

KEY = "catalog.database"

# What anybody may read; short, as the products of a deleted user have to vanish from the gateway's cache too.
A_MOMENT = "public, max-age=1, stale-while-revalidate=1"

PRODUCT_EXAMPLE = {
    "id": 17,
    "name": "Teapot",
    "description": "Holds one litre.",
    "price": 9.99,
    "currency": "USD",
    "owner_id": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10",
    "owner": "ada",
    "version": 1,
    "created_at": "2026-11-21T09:30:00.125000Z",
    "updated_at": "2026-11-21T09:30:00.125000Z",
}
CREATED: dict[int | str, Document] = {
    201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Path of the product."}}}
}
PAGE_EXAMPLE = {"items": [PRODUCT_EXAMPLE], "next_cursor": None}


def init_app(app: Flask, database: Database) -> None:
    app.extensions[KEY] = database
    app.register_blueprint(blueprint)


@blueprint.get("/api/products")
@public
@kept(A_MOMENT)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_products(query: PageQuery) -> ProductPage:
    """List products, the newest first."""
    return _page(use_cases.list_products(_database(), query.limit, query.cursor))


@blueprint.get("/api/products/my")
@kept("private, no-store")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ProductPage, example=PAGE_EXAMPLE)
def list_own_products(query: PageQuery) -> ProductPage:
    """List the caller's products, the newest first."""
    return _page(use_cases.list_products(_database(), query.limit, query.cursor, principal().subject))


@blueprint.get("/api/products/<id:product_id>")
@public
@kept(A_MOMENT)
@problems_of(ProductNotFound)
@blueprint.output(ProductOut, example=PRODUCT_EXAMPLE)
def show_product(product_id: int) -> ProductOut:
    """Show a product."""
    return ProductOut.of(use_cases.find_product(_database(), product_id))


@blueprint.post("/api/products")
@blueprint.input(
    NewProduct,
    arg_name="body",
    example={"name": "Teapot", "price": 9.99, "description": "Holds one litre.", "currency": "USD"},
)
@blueprint.output(ProductOut, HTTPStatus.CREATED, example=PRODUCT_EXAMPLE)
@blueprint.doc(responses=CREATED)
def create_product(body: NewProduct) -> tuple[ProductOut, HTTPStatus, dict[str, str]]:
    """Create a product; the caller is its owner."""
    caller = principal()
    product = use_cases.create_product(
        _database(),
        caller.subject,
        caller.username,
        name=body.name,
        price=body.price,
        description=body.description,
        currency=body.currency,
    )
    location = url_for("products.show_product", product_id=product.id)
    return ProductOut.of(product), HTTPStatus.CREATED, {"Location": location}


@blueprint.delete("/api/products/<id:product_id>")
@problems_of(ProductNotFound, NotOwner)
@blueprint.doc(responses={204: "Deleted."})
def delete_product(product_id: int) -> tuple[str, HTTPStatus]:
    """Delete a product, as its owner or as an admin."""
    caller = principal()
    use_cases.delete_product(_database(), product_id, caller.subject, is_admin=caller.is_admin)
    return "", HTTPStatus.NO_CONTENT


def _database() -> Database:
    return cast(Database, current_app.extensions[KEY])


def _page(page: use_cases.Products) -> ProductPage:
    return ProductPage(
        items=[ProductOut.of(product) for product in page.items],
        next_cursor=None if page.next is None else str(page.next),
    )

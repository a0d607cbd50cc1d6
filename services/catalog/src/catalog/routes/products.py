"""Single products."""

from http import HTTPStatus

from flask import url_for

from catalog.errors import NotOwner, ProductNotFound
from catalog.routes.answers import A_MOMENT, PRODUCT_EXAMPLE
from catalog.routes.current import database
from catalog.schemas.products import NewProduct, ProductOut
from catalog.use_cases import products
from quartet.caching import kept
from quartet.guard import principal, public
from quartet.openapi import Blueprint, Document, problems_of

blueprint = Blueprint("products", __name__, tag="Products")

CREATED: dict[int | str, Document] = {
    201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Path of the product."}}}
}


@blueprint.get("/api/products/<id:product_id>")
@public
@kept(A_MOMENT)
@problems_of(ProductNotFound)
@blueprint.output(ProductOut, example=PRODUCT_EXAMPLE)
def show_product(product_id: int) -> ProductOut:
    """Show a product."""
    return ProductOut.of(products.find(database(), product_id))


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
    product = products.create(
        database(),
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
    products.delete(database(), product_id, caller.subject, is_admin=caller.is_admin)
    return "", HTTPStatus.NO_CONTENT

"""catalog, the system that had products; its lists had all of them."""

from http import HTTPStatus
from typing import Any

from flask import Response

from catalog.errors import NotOwner, ProductNotFound, TransfersBusy
from catalog.formats import array
from catalog.routes.current import database, transfers
from catalog.routes.streams import streamed
from catalog.schemas.legacy import Deleted, NewOldProduct, OldProduct, OldProducts, OwnedOldProduct, OwnedOldProducts
from catalog.searches import ProductSearch
from catalog.use_cases import changes, lists, products
from catalog.use_cases.exports import Selection, export
from quartet.errors import InvalidInput
from quartet.guard import principal, public
from quartet.legacy import LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

TELLINGS = {
    InvalidInput.code: Told(400, "error"),
    "malformed_request": Told(400, "error"),
    ProductNotFound.code: Told(404, "error"),
    NotOwner.code: Told(403, "error"),
}

blueprint = LegacyBlueprint("catalog", __name__, TELLINGS)

JSON = "application/json"
A_PAGE = 100
EXAMPLE: dict[str, Any] = {"id": 17, "name": "Teapot", "description": "Holds one litre.", "price": 9.99}


@blueprint.get("/api/products")
@replaced_by("GET /api/products")
@public
@problems_of(TransfersBusy)
@blueprint.output(OwnedOldProducts, example=[EXAMPLE | {"owner": "ada"}])
def list_products() -> Response:
    """List all products, the oldest first; where there are very many, today's route gives them page by page.

    A list that fails midway breaks off, and is not JSON.
    """
    return _listed(OwnedOldProduct)


@blueprint.get("/api/products/my")
@replaced_by("GET /api/products/my")
@problems_of(TransfersBusy)
@blueprint.output(OldProducts, example=[EXAMPLE])
def list_own_products() -> Response:
    """List all products of the caller, the oldest first."""
    return _listed(OldProduct, principal().subject)


@blueprint.post("/api/products")
@replaced_by("POST /api/products")
@blueprint.input(NewOldProduct, arg_name="body", example={"name": "Teapot", "price": 9.99})
@blueprint.output(OldProduct, HTTPStatus.CREATED, example=EXAMPLE)
def create_product(body: NewOldProduct) -> tuple[OldProduct, HTTPStatus]:
    """Create a product, priced in US dollars; the caller is its owner."""
    caller = principal()
    product = products.create(
        database(),
        caller.subject,
        caller.username,
        name=body.name,
        price=body.price,
        description=body.description or "",
    )
    return OldProduct.of(product), HTTPStatus.CREATED


@blueprint.delete("/api/products/<id:product_id>")
@replaced_by("DELETE /api/products/{product_id}")
@problems_of(ProductNotFound, NotOwner)
@blueprint.output(Deleted, example={"message": "Product deleted."})
def delete_product(product_id: int) -> Deleted:
    """Delete a product, as its owner or as an admin."""
    caller = principal()
    changes.delete(database(), product_id, caller.subject, changes.any_version, is_admin=caller.is_admin)
    return Deleted(message="Product deleted.")


def _listed(shown: type[OldProduct], only_of: str | None = None) -> Response:
    """Return all products. As few as a page has come at once, and hold no slot while a slow client reads them."""
    page = lists.search(database(), ProductSearch("created_at", owner_id=only_of), A_PAGE, None).page
    if page.next is not None:
        found = export(database(), Selection(only_of))
        return streamed(array.write(shown.of(product).model_dump() for product in found), JSON, transfers().lists)
    whole = b"".join(array.write(shown.of(product).model_dump() for product in page.items))
    return Response(whole, content_type=JSON, headers={"Cache-Control": "no-store"})

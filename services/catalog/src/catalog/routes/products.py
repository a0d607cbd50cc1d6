"""Single products."""

from http import HTTPStatus

from flask import Response, current_app, request, url_for

from catalog.errors import NotOwner, ProductNotFound
from catalog.models import Product
from catalog.routes.answers import A_MOMENT, ETAG, PRODUCT_EXAMPLE, etag_of, tag_of
from catalog.routes.current import database
from catalog.schemas.products import NewProduct, ProductChanges, ProductOut
from catalog.use_cases import changes, idempotency, products
from catalog.use_cases.idempotency import Answer
from quartet.caching import kept
from quartet.errors import PreconditionFailed, UnsupportedMediaType
from quartet.guard import principal, public
from quartet.idempotency import REPLAYED, IdempotencyInProgress, fingerprint, idempotency_key, takes_idempotency_key
from quartet.openapi import Blueprint, Document, problems_of, takes_bodies, takes_header
from quartet.preconditions import check_if_match, takes_if_match

blueprint = Blueprint("products", __name__, tag="Products")

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
TEXT = {"schema": {"type": "string"}}
CREATED: dict[int | str, Document] = {
    201: {
        "headers": {
            "Location": TEXT | {"description": "Path of the product."},
            **ETAG,
            **{name: TEXT | {"description": "The same key brought this answer before."} for name in REPLAYED},
        }
    }
}
CHANGED: dict[int | str, Document] = {200: {"headers": ETAG}}
CHANGES_EXAMPLE = {"price": 8.99}
PATCHES: dict[str, Document] = {
    MERGE_PATCH: {"schema": {"$ref": "#/components/schemas/ProductChanges"}, "example": CHANGES_EXAMPLE}
}


@blueprint.get("/api/products/<id:product_id>")
@public
@kept(A_MOMENT)
@problems_of(ProductNotFound)
@blueprint.output(ProductOut, example=PRODUCT_EXAMPLE)
def show_product(product_id: int) -> tuple[ProductOut, HTTPStatus, dict[str, str]]:
    """Show a product."""
    product = products.find(database(), product_id)
    return ProductOut.of(product), HTTPStatus.OK, etag_of(product)


@blueprint.post("/api/products")
@problems_of(IdempotencyInProgress)
@takes_idempotency_key
@blueprint.input(
    NewProduct,
    arg_name="body",
    example={"name": "Teapot", "price": 9.99, "description": "Holds one litre.", "currency": "USD"},
)
@blueprint.output(ProductOut, HTTPStatus.CREATED, example=PRODUCT_EXAMPLE)
@blueprint.doc(responses=CREATED)
def create_product(body: NewProduct) -> Response:
    """Create a product; the caller is its owner."""
    caller = principal()

    def create(keep: idempotency.Keep | None = None) -> Answer:
        product = products.create(
            database(),
            caller.subject,
            caller.username,
            **dict(body),
            also=keep and (lambda session, product: keep(session, _creation_of(product))),
        )
        return _creation_of(product)

    key = idempotency_key()
    if key is None:
        return _response(create())
    asked = fingerprint(request.method, str(request.url_rule), request.get_data())
    answer, replayed = idempotency.answer_once(
        database(), idempotency.Request(caller.subject, fingerprint(key), asked), create
    )
    return _response(answer, REPLAYED if replayed else {})


@blueprint.patch("/api/products/<id:product_id>")
@takes_if_match
@takes_bodies(PATCHES)
@problems_of(ProductNotFound, NotOwner)
@blueprint.input(ProductChanges, arg_name="body", example=CHANGES_EXAMPLE)
@blueprint.output(ProductOut, example=PRODUCT_EXAMPLE)
@blueprint.doc(responses=CHANGED)
def change_product(product_id: int, body: ProductChanges) -> tuple[ProductOut, HTTPStatus, dict[str, str]]:
    """Change a product, as its owner; what is left out stays as it is."""
    if request.get_data() and request.mimetype not in (JSON, MERGE_PATCH):
        raise UnsupportedMediaType
    product = changes.change(database(), product_id, principal().subject, _check_seen, **dict(body))
    return ProductOut.of(product), HTTPStatus.OK, etag_of(product)


@blueprint.delete("/api/products/<id:product_id>")
@takes_header("If-Match", "The ETag of what is to be deleted; without it, whatever is there.")
@problems_of(ProductNotFound, NotOwner, PreconditionFailed)
@blueprint.doc(responses={204: "Deleted."})
def delete_product(product_id: int) -> tuple[str, HTTPStatus]:
    """Delete a product, as its owner or as an admin."""
    caller = principal()
    check = _check_seen if "If-Match" in request.headers else changes.any_version
    changes.delete(database(), product_id, caller.subject, check, is_admin=caller.is_admin)
    return "", HTTPStatus.NO_CONTENT


def _check_seen(product: Product) -> None:
    check_if_match(tag_of(product))


def _creation_of(product: Product) -> Answer:
    location = url_for("products.show_product", product_id=product.id)
    body = current_app.json.dumps(ProductOut.of(product).model_dump()).encode()
    return Answer(HTTPStatus.CREATED, {"Location": location, **etag_of(product)}, body)


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, **(more or {})}, content_type=JSON)

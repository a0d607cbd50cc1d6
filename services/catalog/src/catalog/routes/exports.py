"""Exports."""

from flask import Response, request

from catalog.errors import TransfersBusy
from catalog.formats import FORMATS, Format, of_media_type
from catalog.routes.answers import PRODUCT_EXAMPLE
from catalog.routes.current import database, transfers
from catalog.routes.streams import streamed
from catalog.schemas.exports import ExportQuery
from catalog.schemas.products import ProductOut
from catalog.use_cases.exports import Selection, export
from quartet.errors import NotAcceptable
from quartet.guard import public
from quartet.openapi import Blueprint, answers_with, problems_of
from quartet.wire import write_json

blueprint = Blueprint("exports", __name__, tag="Products")

NDJSON_EXAMPLE = write_json(PRODUCT_EXAMPLE).decode() + "\n"
CSV_EXAMPLE = b"".join(FORMATS["csv"].write([PRODUCT_EXAMPLE])).decode()


@blueprint.get("/api/products/export")
@public
@problems_of(NotAcceptable, TransfersBusy)
@blueprint.input(ExportQuery, location="query", arg_name="query")
@answers_with(200, "application/x-ndjson", "The products, the oldest first.", NDJSON_EXAMPLE)
@answers_with(200, "text/csv", "The products, the oldest first.", CSV_EXAMPLE)
def export_products(query: ExportQuery) -> Response:
    """Export products, the oldest first, as NDJSON or CSV; an import takes what this gives.

    An export that fails midway breaks off: without its last chunk it is not whole.
    """
    format_ = FORMATS[query.format] if query.format else _accepted()
    products = export(database(), Selection(query.owner, query.min_price, query.max_price))
    rows = (ProductOut.of(product).model_dump() for product in products)
    content_type = format_.media_type + ("; charset=utf-8; header=present" if format_.name == "csv" else "")
    answer = streamed(format_.write(rows), content_type, transfers().exports)
    answer.headers["Content-Disposition"] = f'attachment; filename="products.{format_.name}"'
    answer.vary.add("Accept")
    return answer


def _accepted() -> Format:
    """Return the format that Accept likes best; raises NotAcceptable."""
    media_types = [each for format_ in FORMATS.values() for each in format_.media_types]
    if not request.accept_mimetypes:
        return FORMATS["ndjson"]
    found = of_media_type(request.accept_mimetypes.best_match(media_types) or "")
    if found is None:
        raise NotAcceptable
    return found

"""What can go wrong in catalog, in its own words."""

from quartet.errors import BodyTooLarge, Forbidden, NotFound, Unavailable, UnsupportedMediaType


class ProductNotFound(NotFound):
    code = "product_not_found"
    detail = "There is no such product."


class NotOwner(Forbidden):
    code = "not_owner"
    detail = "Only the owner of a product may do this."


class ImportTooLarge(BodyTooLarge):
    code = "import_too_large"
    detail = "The import goes beyond a limit, which the answer names; what came before is stored."


class UnknownFormat(UnsupportedMediaType):
    detail = "An import is application/x-ndjson (or application/jsonl) or text/csv, in UTF-8."


class ImportInterrupted(Unavailable):
    code = "import_interrupted"
    detail = "The import could not be finished; the answer tells what is stored."


class TransfersBusy(Unavailable):
    code = "transfers_busy"
    detail = "As many imports, exports or long lists as may be are under way. Try again in some seconds."
    retry_after = 5

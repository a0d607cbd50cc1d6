"""Imports."""

import socket

from flask import Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from catalog.errors import ImportInterrupted, ImportTooLarge, TransfersBusy, UnknownFormat
from catalog.formats import Format, of_media_type
from catalog.report import Report
from catalog.routes.current import database, transfers
from catalog.routes.deadlines import shut_after
from catalog.routes.uploads import Upload
from catalog.schemas.imports import ImportQuery, ImportReport, read_line
from catalog.use_cases.imports import BATCH_LINES, Importer
from quartet import problems
from quartet.errors import DomainError, FieldError, InvalidInput
from quartet.guard import principal
from quartet.health import draining
from quartet.idempotency import HEADER
from quartet.openapi import Blueprint, problems_of, takes_bodies

blueprint = Blueprint("imports", __name__, tag="Products")

NDJSON_EXAMPLE = '{"name":"Teapot","price":9.99,"currency":"EUR"}\n{"name":"Kettle","price":-1}\n'
CSV_EXAMPLE = "name,price,description,currency\r\nTeapot,9.99,Holds one litre.,EUR\r\nKettle,-1,,\r\n"
REPORT_EXAMPLE = {
    "created": 1,
    "failed": 1,
    "dry_run": False,
    "lines": [{"line": 1, "id": 17}, {"line": 2, "errors": [{"field": "price", "message": "must not be negative"}]}],
}
BODIES = {
    "application/x-ndjson": {"schema": {"type": "string"}, "example": NDJSON_EXAMPLE},
    "application/jsonl": {"schema": {"type": "string"}, "example": NDJSON_EXAMPLE},
    "text/csv": {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
}


@blueprint.post("/api/products/import")
@problems_of(ImportTooLarge, UnknownFormat, ImportInterrupted, TransfersBusy)
@takes_bodies(BODIES)
@blueprint.input(ImportQuery, location="query", arg_name="query")
@blueprint.output(ImportReport, example=REPORT_EXAMPLE)
def import_products(query: ImportQuery) -> Response:
    """Create products from NDJSON or CSV, the caller's, and tell what became of each line.

    Good lines are stored, bad ones are not; the report has both, in their order. An import that is stopped midway, by a
    limit, a database that goes away or the deletion of the user, is answered with a problem that has the members of the
    report besides: what these tell of is stored. A body that breaks off may be stored up to some line. A user has one
    import under way at a time. An `Idempotency-Key` is refused: what is sent again is stored again, but for the lines
    before `from_line`.
    """
    caller, limits = principal(), transfers().limits
    if HEADER in request.headers:
        raise InvalidInput(FieldError(HEADER, "is not heeded here; from_line goes on where an import was interrupted"))
    # The slot first: what is refused must not hold a thread until its body is there.
    with (
        transfers().imports.taken(caller.subject),
        Upload(limits.import_bytes, limits.transfer_seconds) as upload,
    ):
        entries = _format().read(upload.pieces(), limits.import_line_bytes)
        importer = Importer(
            database(), caller.subject, caller.username, limits.import_lines, query.dry_run, query.from_line
        )
        report = Report(limits.state_path, dry_run=query.dry_run)
        stopped: DomainError | None = None
        try:
            importer.run(map(read_line, entries), report, draining.is_set)
        except DomainError as error:
            stopped = error
        except HTTPException:
            report.close()
            raise
        except Exception:
            current_app.logger.exception("import failed")
            stopped = ImportInterrupted(
                f"Something failed within the service; up to {BATCH_LINES} lines behind the last one that is told of "
                "may be stored or not."
            )
        except BaseException:
            report.close()
            raise
        finally:
            current_app.logger.info("import ended", extra={"report": report.totals()})
    return _answer(report, stopped)


def _format() -> Format:
    """Return the format that Content-Type names; raises UnknownFormat."""
    found = of_media_type(request.mimetype)
    if found is None or request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise UnknownFormat
    return found


def _answer(report: Report, stopped: DomainError | None) -> Response:
    """Return the report, behind the members of the problem document where the import was stopped."""
    answer = Response(content_type="application/json") if stopped is None else problems.render(stopped)
    length, pieces = report.written(json.loads(answer.get_data() or "{}"))
    answer.response = pieces
    answer.content_length = length
    answer.call_on_close(report.close)
    answer.call_on_close(shut_after(transfers().limits.transfer_seconds, socket.SHUT_RDWR).cancel)
    return answer

"""Client spans of the database: each statement, with placeholders where its values are."""

import re
from functools import cache
from typing import Any

from opentelemetry.trace import Span, SpanKind
from sqlalchemy import URL, Engine, ExceptionContext, event

from quartet.tracing import asking, tracer_here

TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+[`\"]?(\w+)", re.IGNORECASE)
LONGEST = 2000


@cache
def watch() -> None:
    """Have every engine's statements make spans, within those of requests."""
    event.listen(Engine, "before_cursor_execute", _begin)
    event.listen(Engine, "after_cursor_execute", _end)
    event.listen(Engine, "handle_error", _fail)


def _begin(connection: Any, _cursor: Any, statement: str, _parameters: Any, execution: Any, _many: bool) -> None:
    tracer = tracer_here.get()
    if tracer is None or not asking.is_within_one():
        return
    operation, summary = _summary(statement)
    attributes: dict[str, str | int] = {
        "db.operation.name": operation,
        "db.query.summary": summary,
        "db.query.text": statement[:LONGEST],
    }
    execution.quartet_span = tracer.start_span(
        summary, kind=SpanKind.CLIENT, attributes=attributes | _place(connection.engine.url)
    )


def _end(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, execution: Any, _many: bool) -> None:
    opened = _opened(execution)
    if opened is not None:
        opened.end()


def _fail(failed: ExceptionContext) -> None:
    opened = _opened(failed.execution_context)
    if opened is not None:
        asking.fail(opened, failed.original_exception)
        opened.end()


def _opened(execution: Any) -> Span | None:
    return vars(execution).pop("quartet_span", None) if execution is not None else None


@cache
def _place(url: URL) -> dict[str, str | int]:
    backend = url.get_backend_name()
    if backend == "sqlite":
        return {"db.system.name": backend}
    return {
        "db.system.name": backend,
        "db.namespace": url.database or "",
        "server.address": url.host or "",
        "server.port": url.port or 3306,
    }


def _summary(statement: str) -> tuple[str, str]:
    operation = statement.split(None, 1)[0].upper()
    table = TABLE.search(statement)
    return operation, f"{operation} {table[1]}" if table else operation

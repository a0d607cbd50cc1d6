"""If-Match: whoever changes something says which version of it they have seen (RFC 9110 §13.1.1)."""

from flask import request
from werkzeug.http import parse_etags

from quartet.errors import PreconditionFailed, PreconditionRequired
from quartet.openapi import View, problems_of, takes_header

HEADER = "If-Match"


def takes_if_match(view: View) -> View:
    """Say of a view that it needs the header."""
    described = takes_header(HEADER, "The ETag of what is to be changed, as it was last read.", required=True)
    return problems_of(PreconditionRequired, PreconditionFailed)(described(view))


def entity_tag(*parts: int | str) -> str:
    """Return the text of an ETag, without its quotes; equal parts, equal tag."""
    return ".".join(map(str, parts))


def check_if_match(tag: str) -> None:
    """Return when If-Match names `tag`, or is `*`.

    A weak tag counts for the strong one of the same text: caches and compressing proxies weaken what they pass on, and
    our tags change with each change, never later.

    Raises:
        PreconditionRequired: there is no If-Match.
        PreconditionFailed: it names other versions.
    """
    if HEADER not in request.headers:
        raise PreconditionRequired
    if not parse_etags(request.headers[HEADER]).contains_weak(tag):
        raise PreconditionFailed

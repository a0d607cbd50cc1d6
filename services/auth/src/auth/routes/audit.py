"""The audit log."""

from auth.routes.current import auth, caller
from auth.schemas.audit import AuditEntryOut, AuditPage, AuditQuery
from auth.searches import AuditSearch
from auth.use_cases import audit
from quartet.guard import requires_role
from quartet.openapi import Blueprint

blueprint = Blueprint("audit", __name__, tag="Audit")

ENTRY_EXAMPLE = {
    "id": 1,
    "created_at": "2026-11-21T09:30:00.125000Z",
    "action": "account.deleted",
    "actor": {"subject": "6f9d3c1e-2b7a-4c55-8a10-9e4f0b7d2c31", "username": "grace"},
    "target": {"subject": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10", "username": None},
    "address": "192.0.2.1",
    "device": "Firefox on Linux",
    "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1",
    "details": {"username": "ada"},
}


@blueprint.get("/api/audit")
@requires_role("admin")
@blueprint.input(AuditQuery, location="query", arg_name="query")
@blueprint.output(AuditPage, example={"items": [ENTRY_EXAMPLE], "next_cursor": None})
def list_audit_entries(query: AuditQuery) -> AuditPage:
    """Read the audit log, the newest first."""
    wanted = AuditSearch(query.actor, query.target, query.action, query.since, query.until)
    page = audit.listed(auth(), caller(), wanted, query.limit, query.cursor)
    items = [AuditEntryOut.of(each) for each in page.items]
    return AuditPage(items=items, next_cursor=str(page.next) if page.next else None)

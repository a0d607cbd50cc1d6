"""The audit log: who did what to whom, when and from where. No secret, no address of mail."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.models import AuditEntry
from auth.repository.audit import Named
from auth.resources import Resources
from auth.searches import AuditSearch
from auth.use_cases import authority
from quartet.paging import NewestFirst, Page

BATCH = 1000

Entries = Page[Named, NewestFirst]


def note(session: Session, caller: Caller, action: str, target: str | None = None, **details: object) -> None:
    """Put an entry into the log, in the transaction of what it tells of.

    Args:
        action: subject and verb, such as `password.changed`.
        target: the subject of the user that it was done to.
        details: what else an admin must know, as JSON values.
    """
    entry = AuditEntry(
        created_at=datetime.now(UTC),
        action=action,
        actor=caller.subject,
        target=target,
        address=caller.address or None,
        device=caller.device or None,
        request_id=caller.request_id or None,
        details=json.dumps(details),
    )
    repository.audit.add(session, entry)


def listed(auth: Resources, caller: Caller, wanted: AuditSearch, limit: int, after: NewestFirst | None) -> Entries:
    """Return a page of the log for an admin, the newest first; raises Forbidden, TokenRevoked."""
    with auth.database.reading() as session:
        authority.require_admin(session, caller)
        found = repository.audit.newest(session, wanted, limit + 1, after)
    return Entries.of(found, limit, lambda each: _place(each.entry))


def exported(auth: Resources, wanted: AuditSearch) -> Iterator[AuditEntry]:
    """Yield the log, the oldest first, from the database in batches: it may be larger than the memory."""
    after: NewestFirst | None = None
    while True:
        with auth.database.reading() as session:
            batch = repository.audit.oldest(session, wanted, BATCH, after)
        yield from batch
        if len(batch) < BATCH:
            return
        after = _place(batch[-1])


def _place(entry: AuditEntry) -> NewestFirst:
    return NewestFirst.after(entry.created_at, entry.id)

"""The audit log: who did what to whom, when and from where. No secret, no address of mail."""

import json
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.models import AuditEntry


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

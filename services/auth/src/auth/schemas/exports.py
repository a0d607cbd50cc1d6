"""All that is held about a user. Secrets are left out: hashes, seals, and where somebody else was when acting."""

import json
from datetime import datetime
from typing import Any, Self

from auth.models import AuditEntry
from auth.schemas.accounts import Account
from auth.use_cases.exports import Held
from quartet.schemas import Output


class ExportedAccount(Account):
    activated_at: datetime | None
    email_confirmed_at: datetime | None
    disabled_at: datetime | None
    version: int


class ExportedSession(Output):
    id: str
    device: str | None
    address: str | None
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    generation: int


class ExportedCode(Output):
    """A code of a mail that waits to be typed; itself it is not stored."""

    purpose: str
    tries: int
    expires_at: datetime


class ExportedEntry(Output):
    """What the user did (`by_you`), or what was done to the account."""

    id: int
    created_at: datetime
    action: str
    by_you: bool
    to_you: bool
    address: str | None
    device: str | None
    request_id: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry, subject: str) -> Self:
        others = entry.actor not in (None, subject)
        return cls(
            id=entry.id,
            created_at=entry.created_at,
            action=entry.action,
            by_you=entry.actor == subject,
            to_you=entry.target == subject,
            address=None if others else entry.address,
            device=None if others else entry.device,
            request_id=None if others else entry.request_id,
            details=json.loads(entry.details),
        )


class ExportedMail(Output):
    id: int
    template: str
    recipient: str
    created_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None
    sent_at: datetime | None
    given_up_at: datetime | None


class ExportedSuppression(Output):
    """An address that no mail is sent to any more."""

    email_key: str
    reason: str
    created_at: datetime


class Export(Output):
    exported_at: datetime
    account: ExportedAccount
    sessions: list[ExportedSession]
    codes: list[ExportedCode]
    audit: list[ExportedEntry]
    mails: list[ExportedMail]
    suppressed_addresses: list[ExportedSuppression]

    @classmethod
    def of(cls, held: Held) -> Self:
        user = held.user
        return cls(
            exported_at=held.at,
            account=ExportedAccount(
                **Account.of(user).model_dump(),
                activated_at=user.activated_at,
                email_confirmed_at=user.email_confirmed_at,
                disabled_at=user.disabled_at,
                version=user.version,
            ),
            sessions=[ExportedSession.model_validate(each) for each in held.sessions],
            codes=[ExportedCode.model_validate(each) for each in held.codes],
            audit=[ExportedEntry.of(each, user.subject) for each in held.entries],
            mails=[ExportedMail.model_validate(each) for each in held.mails],
            suppressed_addresses=[ExportedSuppression.model_validate(each) for each in held.suppressed],
        )

"""The audit log, as admins read it."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from auth.repository.audit import Named
from quartet.paging import NewestFirst, cursor_of
from quartet.schemas import Output, Query

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _moment(text: object) -> datetime:
    if not isinstance(text, str) or not RFC_3339.fullmatch(text):
        raise ValueError("Input should be a moment such as 2026-11-21T09:30:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("Input should be a moment of these centuries") from None


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 32}),
]
Subject = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="A user's subject.")]


class AuditQuery(Query):
    limit: int = Field(20, ge=1, le=100, description="The most entries that a page may have.")
    actor: Subject | None = None
    target: Subject | None = None
    action: str | None = Field(None, max_length=32, pattern=r"^[a-z_]+\.[a-z_]+$", examples=["account.deleted"])
    since: Moment | None = Field(None, description="From this moment on.")
    until: Moment | None = Field(None, description="Before this moment.")
    cursor: Annotated[NewestFirst, *cursor_of(NewestFirst)] | None = None


class Person(Output):
    """A user; `username` is the present one, null where there is no account any more."""

    subject: str = Field(examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"])
    username: str | None = Field(examples=["ada"])

    @classmethod
    def named(cls, subject: str | None, username: str | None) -> Self | None:
        return None if subject is None else cls(subject=subject, username=username)


class AuditEntryOut(Output):
    id: int = Field(examples=[1])
    created_at: datetime
    action: str = Field(examples=["account.deleted"])
    actor: Person | None = Field(description="Who did it; null for who was not logged in, and for the command line.")
    target: Person | None = Field(description="To whom it was done.")
    address: str | None = Field(description="The client's address.", examples=["192.0.2.1"])
    device: str | None = Field(examples=["Firefox on Linux"])
    request_id: str | None = Field(examples=["5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1"])
    details: dict[str, Any] = Field(examples=[{"username": "ada"}])

    @classmethod
    def of(cls, named: Named) -> Self:
        entry = named.entry
        return cls(
            id=entry.id,
            created_at=entry.created_at,
            action=entry.action,
            actor=Person.named(entry.actor, named.actor_name),
            target=Person.named(entry.target, named.target_name),
            address=entry.address,
            device=entry.device,
            request_id=entry.request_id,
            details=json.loads(entry.details),
        )


class AuditPage(Output):
    items: list[AuditEntryOut]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")

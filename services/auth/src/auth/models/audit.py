"""The audit log."""

from datetime import datetime

from sqlalchemy import Connection, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from auth.models.base import Base
from quartet.database import Id, UTCDateTime, exact


class AuditEntry(Base):
    """Who did what to whom, when and from where; only ever inserted, and removed by age.

    `actor` and `target` are subjects; no actor is somebody who was not logged in, or the command line.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    action: Mapped[str] = mapped_column(exact(32))
    actor: Mapped[str | None] = mapped_column(exact(36))
    target: Mapped[str | None] = mapped_column(exact(36))
    address: Mapped[str | None] = mapped_column(exact(45))
    device: Mapped[str | None] = mapped_column(String(128))
    request_id: Mapped[str | None] = mapped_column(exact(64))
    details: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_audit_actor", "actor", "created_at"),
        Index("ix_audit_target", "target", "created_at"),
        {"sqlite_autoincrement": True},
    )


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: Mapper[AuditEntry], _connection: Connection, _entry: AuditEntry) -> None:
    raise TypeError("the audit log is append-only")

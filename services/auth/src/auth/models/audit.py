"""The audit log."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

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
    actor: Mapped[str | None] = mapped_column(exact(36), index=True)
    target: Mapped[str | None] = mapped_column(exact(36), index=True)
    address: Mapped[str | None] = mapped_column(exact(45))
    device: Mapped[str | None] = mapped_column(String(128))
    request_id: Mapped[str | None] = mapped_column(exact(64))
    details: Mapped[str] = mapped_column(Text)

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

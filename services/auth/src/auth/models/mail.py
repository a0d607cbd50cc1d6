"""Mail that waits to be sent, and addresses that take none."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.models.base import Base
from quartet.database import Id, UTCDateTime, exact


class OutboxMail(Base):
    """A mail to be sent. What its template needs is sealed, for it may hold a link that opens an account."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    template: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(254))
    sealed_values: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(255))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_outbox_waiting", "sent_at", "given_up_at", "due_at"),)


class SuppressedAddress(Base):
    """An address that mail bounced from for good, or whose owner complained: nothing is sent to it any more."""

    __tablename__ = "suppressed_addresses"

    email_key: Mapped[str] = mapped_column(exact(254), primary_key=True)
    reason: Mapped[str] = mapped_column(exact(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

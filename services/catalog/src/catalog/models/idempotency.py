"""The requests that carry a key of their caller's, and how they were answered."""

from datetime import datetime

from sqlalchemy import JSON, Index, Integer, LargeBinary
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base
from quartet.database import UTCDateTime, exact


class KeyedRequest(Base):
    """One request. Without a status `holder` is at work on it; after `expires_at` the row stands for nothing."""

    __tablename__ = "keyed_requests"

    subject: Mapped[str] = mapped_column(exact(36), primary_key=True)
    key: Mapped[str] = mapped_column(exact(64), primary_key=True)  # a digest: MySQL takes no heed of spaces at the end
    fingerprint: Mapped[str] = mapped_column(exact(64))
    holder: Mapped[str] = mapped_column(exact(32))
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[bytes | None] = mapped_column(LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_keyed_requests_expires_at", "expires_at"),)

"""Accounts, and the codes that prove their addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from auth.models.base import Base
from quartet.database import Id, UTCDateTime, exact


class User(Base):
    """An account, or, without `activated_at`, a sign-up that waits for its confirmation.

    `username_key` and `email_key` are the forms that are compared. An address belongs to the one account that has it
    in `owned_email_key`; sign-ups only name it. `new_email` is an address that waits for its confirmation, to take the
    place of `email`.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(exact(36), unique=True)
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(exact(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(exact(254), index=True)
    owned_email_key: Mapped[str | None] = mapped_column(exact(254), unique=True)
    new_email: Mapped[str | None] = mapped_column(String(254))
    new_email_key: Mapped[str | None] = mapped_column(exact(254), index=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[str] = mapped_column(String(255), default="user", index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    activated_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    @property
    def email_confirmed(self) -> bool:
        return self.email_confirmed_at is not None


class Code(Base):
    """The code of a user's latest mail for one purpose, for who would rather type than follow a link."""

    __tablename__ = "codes"

    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(exact(16), primary_key=True)
    mac: Mapped[str] = mapped_column(exact(64))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

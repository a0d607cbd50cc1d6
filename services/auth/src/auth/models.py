"""The tables of auth."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from quartet.database import Id, UTCDateTime, exact, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()


class User(Base):
    """An account, or, without `activated_at`, a sign-up that waits for its confirmation.

    `username_key` and `email_key` are the forms that are compared. An address belongs to the one account that has it
    in `owned_email_key`; sign-ups only name it.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(exact(36), unique=True)
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(exact(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(exact(254), index=True)
    owned_email_key: Mapped[str | None] = mapped_column(exact(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[str] = mapped_column(String(255), default="user")
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    activated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    @property
    def email_confirmed(self) -> bool:
        return self.email_confirmed_at is not None


class Session(Base):
    """One login on one device. Its refresh token is not stored, only which generation is the current one."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(exact(36), primary_key=True)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    generation: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rotated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class FeedHead(Base):
    """One row, whose lock makes the ids of the feed visible in order and without gaps."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(BigInteger)


class FeedEvent(Base):
    """What the readers of the feed must know; append-only. Times are epoch seconds, as the feed tells them."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    nonce: Mapped[str] = mapped_column(exact(32))
    type: Mapped[str] = mapped_column(exact(32))
    subject: Mapped[str] = mapped_column(exact(64))
    value: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int | None] = mapped_column(BigInteger, index=True)


class SigningKey(Base):
    """A key pair of access tokens; `state` is next, active or retiring, and all three are published."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(exact(64), primary_key=True)
    state: Mapped[str] = mapped_column(exact(16))
    public_jwk: Mapped[str] = mapped_column(Text)
    sealed_private: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retiring_since: Mapped[datetime | None] = mapped_column(UTCDateTime)


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

"""The feed."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from auth.models.base import Base
from quartet.database import exact


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

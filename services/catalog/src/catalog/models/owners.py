"""The users who have products, or had some."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base
from quartet.database import UTCDateTime, exact


class Owner(Base):
    """A user who has, or had, products: the one place of the owner's name.

    The row stays when the user is deleted, without the name: it is the tombstone that keeps an access token which
    outlives its user from making products.
    """

    __tablename__ = "owners"

    subject: Mapped[str] = mapped_column(exact(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")  # grows with each renaming
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

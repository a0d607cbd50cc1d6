"""The tables of catalog."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from catalog.money import Amount
from quartet.database import Id, UTCDateTime, exact, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()


class Owner(Base):
    """A user who has, or had, products: the one place of the owner's name.

    The row stays when the user is deleted, without the name: it is the tombstone that keeps an access token which
    outlives its user from making products.
    """

    __tablename__ = "owners"

    subject: Mapped[str] = mapped_column(exact(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Product(Base):
    """Something that its owner offers. Ids are never given out twice."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    owner_id: Mapped[str] = mapped_column(exact(36), ForeignKey(Owner.subject))
    name: Mapped[str] = mapped_column(String(512))
    description: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(exact(3))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    # An outer join, though every product has an owner: it keeps MySQL from starting with the owners and sorting.
    owner: Mapped[Owner] = relationship(lazy="joined")

    __table_args__ = (
        Index("ix_products_newest", "created_at", "id"),
        Index("ix_products_newest_of_owner", "owner_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )


class FeedPosition(Base):
    """One row: how far this service has followed auth's feed."""

    __tablename__ = "feed_position"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cursor: Mapped[str] = mapped_column(exact(64))

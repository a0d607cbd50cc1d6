"""The products."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.owners import Owner
from catalog.money import Amount
from quartet.database import Id, UTCDateTime, exact


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

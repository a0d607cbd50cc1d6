"""The products."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.owners import Owner
from catalog.money import Amount
from catalog.words import LONGEST_KEY, kept_words, sort_key
from quartet.database import Id, UTCDateTime, exact

Words = Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def derived(name: str, description: str) -> dict[str, str]:
    """Return the values of the columns that follow from the texts of a product.

    A Product that is added to a session has them by itself. A statement that sets `name` or `description` has to set
    these too.
    """
    return {"name_key": sort_key(name), "words": kept_words(name, description)}


def _key(context: Any) -> str:
    return sort_key(context.get_current_parameters()["name"])


def _words(context: Any) -> str:
    given = context.get_current_parameters()
    return kept_words(given["name"], given["description"])


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
    # What lists are ordered and searched by. Code of the first schema, at work while a new one takes over, leaves
    # '' and NULL: `catalog migrate` fills them in.
    name_key: Mapped[str] = mapped_column(exact(LONGEST_KEY), default=_key, server_default="")
    words: Mapped[str | None] = mapped_column(Words, default=_words, deferred=True)

    # An outer join, though every product has an owner: it keeps MySQL from starting with the owners and sorting.
    owner: Mapped[Owner] = relationship(lazy="joined")

    # One for each order, of all products and of one owner's; with the price, so that its range is looked up in there.
    __table_args__ = (
        Index("ix_products_by_time", "created_at", "id", "price"),
        Index("ix_products_by_price", "price", "id"),
        Index("ix_products_by_name", "name_key", "id", "price"),
        Index("ix_products_of_owner_by_time", "owner_id", "created_at", "id", "price"),
        Index("ix_products_of_owner_by_price", "owner_id", "price", "id"),
        Index("ix_products_of_owner_by_name", "owner_id", "name_key", "id", "price"),
        Index("ft_products_words", "words", mysql_prefix="FULLTEXT").ddl_if(dialect="mysql"),
        {"sqlite_autoincrement": True},
    )

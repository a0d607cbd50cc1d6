"""What is looked for in the lists of products, as use cases and queries are told, and the places in such lists.

Names are ordered by their key (`words.sort_key`), prices as numbers whatever their currency; the id parts what is
equal, and runs the same way round.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from catalog.models import Product
from catalog.money import amount
from catalog.words import LONGEST_KEY
from quartet.paging import LARGEST_ID, Cursor, NewestFirst, OldestFirst

Order = Literal["name", "-name", "price", "-price", "created_at", "-created_at"]


@dataclass(frozen=True)
class ProductSearch:
    """`words` are beginnings that must all occur, as `words.wanted_words` gives them; what is None does not matter."""

    sort: Order = "-created_at"
    words: tuple[str, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    owner_id: str | None = None


class ByPrice(Cursor):
    """A place in a list by price."""

    sort: Literal["price", "-price"]
    price: str = Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")
    id: int = Field(ge=1, le=LARGEST_ID)

    @field_validator("price")
    @classmethod
    def _in_one_spelling(cls, price: str) -> str:
        if f"{amount(Decimal(price)):f}" != price:
            raise ValueError("is no price as we write it")
        return price


class ByName(Cursor):
    """A place in a list by name."""

    sort: Literal["name", "-name"]
    key: str = Field(max_length=LONGEST_KEY)
    id: int = Field(ge=1, le=LARGEST_ID)


Place = NewestFirst | OldestFirst | ByPrice | ByName


def place_of(product: Product, sort: Order) -> Place:
    """Return where a product stands in a list of this order."""
    match sort:
        case "name" | "-name":
            return ByName(sort=sort, key=product.name_key, id=product.id)
        case "price" | "-price":
            return ByPrice(sort=sort, price=f"{product.price:f}", id=product.id)
        case "created_at":
            return OldestFirst.after(product.created_at, product.id)
        case "-created_at":
            return NewestFirst.after(product.created_at, product.id)


def value_at(place: Place) -> datetime | Decimal | str:
    """Return the value that a place stands at, as the column of its order has it."""
    match place:
        case ByName():
            return place.key
        case ByPrice():
            return Decimal(place.price)
        case _:
            return place.created_at

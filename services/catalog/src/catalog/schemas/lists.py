"""Lists of products: what can be asked, and a page."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator
from pydantic_core.core_schema import ValidationInfo

from catalog.money import amount
from catalog.schemas.products import PRICE, ProductOut
from catalog.searches import ByName, ByPrice, Order, Place, ProductSearch
from catalog.words import wanted_words
from quartet.errors import FieldError, InvalidInput
from quartet.paging import LARGEST_ID, NewestFirst, OldestFirst, cursor_of
from quartet.schemas import Flag, Output, Query, Text
from quartet.wire import read_json

MOST_IDS = 100
MOST_WORDS = 10
MOST_PAIRS = 40  # each is a condition of its own; other words are one each
LONGEST_PRICE = 64
SUBJECT = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
IDS = rf"^[0-9]{{1,19}}(,[0-9]{{1,19}}){{0,{MOST_IDS - 1}}}$"


def _price(text: str) -> Decimal:
    try:
        number = read_json(text) if len(text) <= LONGEST_PRICE else None
    except ValueError:
        number = None
    return amount(number)


def _ids(text: Any) -> Any:
    """Return ids; one that no product can have is 0."""
    given = str(text).split(",")
    if len(given) > MOST_IDS:
        raise ValueError(f"must not be more than {MOST_IDS} ids")
    if not re.fullmatch(IDS, str(text)):
        raise ValueError("must be ids of products with commas between them")
    return [int(each) if int(each) <= LARGEST_ID else 0 for each in given]


def _searchable(text: str) -> str:
    words = wanted_words(text)
    if not words:
        raise ValueError("must have a letter or a digit")
    if len(words) > MOST_WORDS:
        raise ValueError(f"must not have more than {MOST_WORDS} words")
    if sum(map(len, words)) > MOST_PAIRS:
        raise ValueError(f"must not have more than {MOST_PAIRS} pairs of neighbours where no spaces are written")
    return text


PlaceCursor = Annotated[Place, *cursor_of(NewestFirst, OldestFirst, ByPrice, ByName)]
PriceBound = Annotated[Decimal, BeforeValidator(_price), WithJsonSchema(PRICE | {"examples": [9.99]})]
Ids = Annotated[
    list[int], BeforeValidator(_ids), WithJsonSchema({"type": "string", "pattern": IDS, "examples": ["17,4,23"]})
]


class PriceRange(Query):
    min_price: PriceBound | None = Field(None, description="The least price, inclusive, whatever the currency.")
    max_price: PriceBound | None = Field(None, description="The highest price, inclusive; not less than `min_price`.")

    @field_validator("max_price")
    @classmethod
    def _not_below(cls, highest: Decimal | None, info: ValidationInfo) -> Decimal | None:
        least = info.data.get("min_price")
        if highest is not None and least is not None and highest < least:
            raise ValueError("must not be less than min_price")
        return highest


class ListQuery(PriceRange):
    """What the lists can be asked. `ids` stands alone."""

    limit: int = Field(20, ge=1, le=100, description="The most products that a page may have.", examples=[50])
    sort: Order = Field(
        "-created_at",
        description="The order; with `-` the other way round. Names regardless of case and accents, prices as numbers "
        "whatever the currency; the id parts what is equal.",
        examples=["price"],
    )
    q: Annotated[Text, AfterValidator(_searchable)] | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Words, at most 10 (or 40 pairs of neighbours, where no spaces are written), with which words of "
        "name or description must begin, all of them. "
        "Case and accents do not count, nor does what is neither letter nor digit.",
        examples=["blue teapot"],
    )
    owner: str | None = Field(
        None,
        pattern=SUBJECT,
        description="The subject (UUID) of an owner.",
        examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"],
    )
    with_total: Flag = Field(False, description="Whether the answer tells how many products all pages have.")
    cursor: PlaceCursor | None = None
    ids: Ids | None = Field(
        None,
        description=f"At most {MOST_IDS} ids, instead of all else: those products that there are, in this order.",
    )

    @field_validator("cursor")
    @classmethod
    def _of_this_order(cls, cursor: Place | None, info: ValidationInfo) -> Place | None:
        if cursor is not None and "sort" in info.data and cursor.sort != info.data["sort"]:
            raise ValueError(f"is of a list with sort={cursor.sort}")
        return cursor

    def search(self, only_of: str | None = None) -> ProductSearch:
        """Return what is looked for, among the products of one owner where `only_of` names one.

        Raises InvalidInput, naming each field that cannot stand beside `ids`, or an `owner` who is another one.
        """
        beside = [name for name in type(self).model_fields if name in self.model_fields_set - {"ids"}]
        if self.ids is not None and beside:
            raise InvalidInput(*(FieldError(name, "cannot be combined with ids") for name in beside))
        if only_of is not None and self.owner not in (None, only_of):
            raise InvalidInput(FieldError("owner", "must be the caller, whose products these are"))
        words = tuple(dict.fromkeys(code for word in wanted_words(self.q or "") for code in word))
        return ProductSearch(self.sort, words, self.min_price, self.max_price, only_of or self.owner)


def _without_default(schema: dict[str, Any]) -> None:
    """It is left out where it was not asked for, and then it is not 0."""
    schema.pop("default")


class ProductPage(Output):
    items: list[ProductOut]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")
    total: int = Field(
        0,
        description="How many products all pages have; there with `with_total=true`.",
        examples=[1],
        json_schema_extra=_without_default,
    )

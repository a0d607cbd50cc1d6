"""One product, as it comes and goes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from catalog.currencies import CODES
from catalog.models import Product
from catalog.money import INTEGER, amount
from quartet.schemas import Changes, Input, Output, Text

LONGEST_NAME, LONGEST_DESCRIPTION = 512, 10_000
PRICE = {"type": "number", "minimum": 0, "exclusiveMaximum": 10**INTEGER}

NewPrice = Annotated[
    Decimal,
    BeforeValidator(amount),
    WithJsonSchema(
        PRICE | {"description": "Exact; not more digits after the point than the currency has.", "examples": [9.99]}
    ),
]
Price = Annotated[Decimal, WithJsonSchema(PRICE | {"examples": [9.99]})]
NewCurrency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), WithJsonSchema({"type": "string", "enum": CODES})]


Name = Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME, examples=["Teapot"])]
Description = Annotated[Text, Field(max_length=LONGEST_DESCRIPTION, examples=["Holds one litre."])]


class NewProduct(Input):
    name: Name
    price: NewPrice
    description: Description = ""
    currency: NewCurrency = Field("USD", description="ISO 4217 code.", examples=["USD"])


class ProductChanges(Changes):
    """A merge patch (RFC 7396): what is left out stays; null would remove it, and a product has them all."""

    name: Name | None = None
    price: NewPrice | None = None
    description: Description | None = None
    currency: NewCurrency | None = Field(None, description="ISO 4217 code; it must know all digits of the price.")


class ProductOut(Output):
    id: int = Field(examples=[17])
    name: str = Field(examples=["Teapot"])
    description: str = Field(examples=["Holds one litre."])
    price: Price
    currency: str = Field(examples=["USD"])
    owner_id: str = Field(description="The owner's subject.", examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"])
    owner: str = Field(description="The owner's name.", examples=["ada"])
    version: int = Field(description="Grows with each change.", examples=[1])
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, product: Product) -> Self:
        return cls(
            id=product.id,
            name=product.name,
            description=product.description,
            price=product.price,
            currency=product.currency,
            owner_id=product.owner_id,
            owner=product.owner.name,
            version=product.version,
            created_at=product.created_at,
            updated_at=product.updated_at,
        )

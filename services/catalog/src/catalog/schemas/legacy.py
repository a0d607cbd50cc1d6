"""Products as clients of the older system know them: without currency, version or times."""

from typing import Self

from pydantic import Field, RootModel

from catalog.models import Product
from catalog.schemas.products import Description, Name, NewPrice, Price
from quartet.legacy import LegacyInput
from quartet.schemas import Output


class NewOldProduct(LegacyInput):
    name: Name
    price: NewPrice
    description: Description | None = None


class OldProduct(Output):
    id: int = Field(examples=[17])
    name: str = Field(examples=["Teapot"])
    description: str | None = Field(
        description="null where there is none, as an empty column was.", examples=["Holds one litre."]
    )
    price: Price

    @classmethod
    def of(cls, product: Product) -> Self:
        return cls(id=product.id, name=product.name, description=product.description or None, price=product.price)


class OwnedOldProduct(OldProduct):
    owner: str = Field(description="The owner's name.", examples=["ada"])

    @classmethod
    def of(cls, product: Product) -> Self:
        return cls(**OldProduct.of(product).model_dump(), owner=product.owner.name)


class OldProducts(RootModel[list[OldProduct]]):
    """The caller's own, the oldest first."""


class OwnedOldProducts(RootModel[list[OwnedOldProduct]]):
    """Everybody's, the oldest first."""


class Deleted(Output):
    message: str = Field(examples=["Product deleted."])

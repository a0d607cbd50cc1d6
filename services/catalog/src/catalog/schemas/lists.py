"""Lists of products: what can be asked, and a page."""

from typing import Annotated

from pydantic import Field

from catalog.schemas.products import ProductOut
from quartet.paging import NewestFirst, cursor_of
from quartet.schemas import Output, Query

PageCursor = Annotated[NewestFirst, *cursor_of(NewestFirst)]


class PageQuery(Query):
    limit: int = Field(20, ge=1, le=100, description="The most products that a page may have.")
    cursor: PageCursor | None = None


class ProductPage(Output):
    items: list[ProductOut]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")

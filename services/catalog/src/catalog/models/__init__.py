"""The tables of catalog, one module for each subject."""

from catalog.models.base import Base
from catalog.models.feed import FeedPosition
from catalog.models.idempotency import KeyedRequest
from catalog.models.owners import Owner
from catalog.models.products import Product

__all__ = ["Base", "FeedPosition", "KeyedRequest", "Owner", "Product"]

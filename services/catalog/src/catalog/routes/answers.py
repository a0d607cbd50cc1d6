"""What several routes answer alike."""

from datetime import timedelta

from catalog.models import Product
from quartet.openapi import Document
from quartet.paging import EPOCH
from quartet.preconditions import entity_tag

# What anybody may read. The products of a deleted user vanish from the gateway's cache too, within 3 s: the follower
# comes every half second, and nginx, which counts whole seconds, keeps this for 2 at most. stale-while-revalidate would
# let the old answer out for one more.
A_MOMENT = "public, max-age=1"

ETAG: Document = {"ETag": {"schema": {"type": "string"}, "description": "Names this version of the product."}}

PRODUCT_EXAMPLE = {
    "id": 17,
    "name": "Teapot",
    "description": "Holds one litre.",
    "price": 9.99,
    "currency": "USD",
    "owner_id": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10",
    "owner": "ada",
    "version": 1,
    "created_at": "2026-11-21T09:30:00.125000Z",
    "updated_at": "2026-11-21T09:30:00.125000Z",
}


def etag_of(product: Product) -> dict[str, str]:
    """Return the header that names what is shown of a product, the owner's name included."""
    return {"ETag": f'"{tag_of(product)}"'}


def tag_of(product: Product) -> str:
    """Return the entity tag of a product; the time parts two versions of one number, before and after a backup."""
    changed = (product.updated_at - EPOCH) // timedelta(microseconds=1)
    return entity_tag(product.version, changed, product.owner.version)

"""What several routes answer alike."""

# What anybody may read. The products of a deleted user vanish from the gateway's cache too, within 3 s: the follower
# comes every half second, and nginx, which counts whole seconds, keeps this for 2 at most. stale-while-revalidate would
# let the old answer out for one more.
A_MOMENT = "public, max-age=1"

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

"""What can go wrong in catalog, in its own words."""

from quartet.errors import Forbidden, NotFound


class ProductNotFound(NotFound):
    code = "product_not_found"
    detail = "There is no such product."


class NotOwner(Forbidden):
    code = "not_owner"
    detail = "Only the owner of a product may do this."

"""How many products were written, by what was done to them; those of a deleted user go uncounted."""

from typing import Literal, get_args

from prometheus_client import Counter

Action = Literal["created", "changed", "deleted", "imported"]

WRITES = Counter("catalog_product_writes", "Products written.", ["action"])

for _action in get_args(Action):
    WRITES.labels(_action)


def count(action: Action, products: int = 1) -> None:
    """Count what was committed."""
    WRITES.labels(action).inc(products)

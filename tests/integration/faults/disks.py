"""Full disks: those of compose.faults.yaml, filled to the last byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.integration.faults.parts import ACCOUNT, COUNT, LOG_IN, MY_PRODUCTS
from tests.integration.platform_compose import ComposePlatform

# Products so long that soon one needs a page that is not there yet; of what fits into the old ones MySQL takes more.
A_LONG_PRODUCT = {"name": "n" * 500, "price": 1, "description": "d" * 9000}

GROWING: dict[str, tuple[str, dict[str, Any]]] = {
    "mysql": ("/api/products", A_LONG_PRODUCT),
    "redis": ("/api/counters/growing/increment", {"by": 1}),
}
"""For each store what makes it grow."""

STOPS = {"mysql": {LOG_IN, ACCOUNT, MY_PRODUCTS}, "redis": {COUNT}}
"""What need not go on without room: all that writes to the store, and what reads may be told to come again."""


def is_waited_for(platform: ComposePlatform, store: str) -> bool:
    """Whether a store waits for room in its container, which is not started again after longer and longer pauses."""
    container = platform.container(store)
    words = b"waiting for some" in container.logs() if store == "redis" else True
    return bool(container.attrs["State"]["Running"]) and words


@contextmanager
def full(platform: ComposePlatform, store: str) -> Iterator[None]:
    """Fill the disk of a store, and remove afterwards what fills it."""
    file = f"/disks/{store}/ballast"
    filled = platform.container("ballast").exec_run(["sh", "-c", f"cat /dev/zero >{file}"])
    assert b"No space left" in filled.output, filled.output
    try:
        yield
    finally:
        assert platform.container("ballast").exec_run(["rm", file]).exit_code == 0

"""The values of counters as they change; `increment.lua` and `delete.lua` publish them."""

from counter.errors import CounterNotFound
from counter.repository import keys
from counter.repository.store import Store


def announce(store: Store, owner: str, name: str, mark: str) -> None:
    """Have the present value published once more, with a space and a mark behind it; raises CounterNotFound."""
    script = store.script("announce")
    with store.redis():
        found = script([keys.values(owner)], [name, keys.live(owner, name), mark])
    if not found:
        raise CounterNotFound

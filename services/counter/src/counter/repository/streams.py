"""The values of counters as they change; `increment.lua` and `delete.lua` publish them."""

from counter.errors import CounterNotFound
from counter.repository import keys
from counter.repository.store import Store


def announce(store: Store, owner: str, name: str) -> None:
    """Have the present value published once more, for who listens since a moment ago; raises CounterNotFound."""
    script = store.script("announce")
    with store.redis():
        found = script([keys.values(owner)], [name, keys.live(owner, name), keys.GONE])
    if not found:
        raise CounterNotFound

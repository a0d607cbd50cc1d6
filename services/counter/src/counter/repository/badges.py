"""Badges: the unguessable name under which anybody sees a counter, and how it looks.

The owner's key has the name of the badge; the badge's own, in the same slot (`slots.py`), has all that a reader needs.
"""

from dataclasses import dataclass

from counter.errors import BadgeNotFound, CounterNotFound
from counter.repository import keys
from counter.repository.slots import unguessable_name
from counter.repository.store import Store


@dataclass(frozen=True)
class Look:
    """What a badge says beside the number, and the colour behind it (`#rrggbb`)."""

    label: str
    color: str


@dataclass(frozen=True)
class Badge:
    name: str
    look: Look


def put(store: Store, owner: str, counter: str, look: Look) -> Badge:
    """Give a counter a badge, or its badge another look; raises CounterNotFound."""
    name = unguessable_name(owner)
    touched = [keys.values(owner), keys.badge(owner, counter), keys.shown(name)]
    script = store.script("put_badge")
    with store.redis():
        found = script(touched, [counter, name, look.label, look.color])
    if found is None:
        raise CounterNotFound
    return Badge(found, look)


def read(store: Store, owner: str, counter: str) -> Badge:
    """Return the badge of a counter; raises BadgeNotFound."""
    script = store.script("read_badge")
    with store.redis():
        found = script([keys.badge(owner, counter)])
    if found is None:
        raise BadgeNotFound
    name, label, color = found
    return Badge(name, Look(label, color))


def withdraw(store: Store, owner: str, counter: str) -> None:
    """Take the badge of a counter away; raises BadgeNotFound."""
    script = store.script("withdraw_badge")
    with store.redis():
        done = script([keys.badge(owner, counter)])
    if not done:
        raise BadgeNotFound


def show(store: Store, name: str) -> tuple[int, Look]:
    """Return the value that the badge of that name shows, and its look; raises BadgeNotFound."""
    script = store.script("show_badge")
    with store.redis():
        found = script([keys.shown(name)])
    if found is None:
        raise BadgeNotFound
    value, label, color = found
    return int(value), Look(label, color)

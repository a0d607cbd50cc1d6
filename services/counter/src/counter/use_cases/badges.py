"""Badges: a counter's value for anybody who knows an address that nobody can guess, until its owner withdraws it."""

import re

from counter.errors import BadgeNotFound
from counter.repository import badges
from counter.repository.badges import Badge, Look
from counter.repository.slots import LENGTH
from counter.repository.store import Store
from counter.use_cases.names import checked_name

NAME = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}", re.ASCII)


def put(store: Store, owner: str, name: str, label: str, color: str) -> Badge:
    """Give the owner's counter a badge, or the badge that it has another look; raises InvalidInput, CounterNotFound."""
    return badges.put(store, owner, checked_name(name), Look(label, color))


def read(store: Store, owner: str, name: str) -> Badge:
    """Return the badge of the owner's counter; raises InvalidInput, BadgeNotFound."""
    return badges.read(store, owner, checked_name(name))


def withdraw(store: Store, owner: str, name: str) -> None:
    """End the badge of the owner's counter: its address leads nowhere, for ever; raises InvalidInput, BadgeNotFound."""
    badges.withdraw(store, owner, checked_name(name))


def show(store: Store, badge: str) -> tuple[int, Look]:
    """Return value and look of a badge by its name; raises BadgeNotFound, alike for what never was and what was."""
    if not NAME.fullmatch(badge):
        raise BadgeNotFound
    return badges.show(store, badge)

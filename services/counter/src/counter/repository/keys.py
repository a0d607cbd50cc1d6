"""The names of keys; those of a user are all of one slot."""

VISITS = "quartet:visits"
"""The count of all visits."""

PROBE = f"quartet:probe:{{{VISITS}}}"
"""What is never there, in the slot of the visits."""

GONE = ""


def key_of(owner: str, kind: str, *parts: str) -> str:
    """Return a key of a user's; the braces keep all that a user has on one node of a cluster."""
    return ":".join(("quartet", kind, f"{{{owner}}}", *parts))


def values(owner: str) -> str:
    """The hash of the values of all counters, by name."""
    return key_of(owner, "counters")


def names(owner: str) -> str:
    """The sorted set of the names of all counters."""
    return key_of(owner, "names")


def hours(owner: str, name: str) -> str:
    """The hash of a counter's sums, by the number of the hour since 1970."""
    return key_of(owner, "hours", name)


def days(owner: str, name: str) -> str:
    """The hash of a counter's sums, by the number of the day since 1970."""
    return key_of(owner, "days", name)


def visitors(owner: str, name: str) -> str:
    """The HyperLogLog of all visitors of a counter."""
    return key_of(owner, "visitors", name)


def visitors_of(owner: str, name: str, day: int) -> str:
    """The HyperLogLog of a day's visitors."""
    return key_of(owner, "visitors", name, str(day))


def once(owner: str, name: str, digest: str) -> str:
    """The record of an increment with an Idempotency-Key."""
    return key_of(owner, "once", name, digest)


def keyed(owner: str) -> str:
    """How many records a user has made since its first one; it ends with that one."""
    return key_of(owner, "keyed")


def badge(owner: str, name: str) -> str:
    """The unguessable name of a counter's badge."""
    return key_of(owner, "badge", name)


def shown(badge: str) -> str:
    """The hash of what a badge shows, found by its name alone; of the slot of its owner's keys."""
    return key_of(badge, "shown")


def live(owner: str, name: str) -> str:
    """The channel on which each new value of a counter is published, in decimal, and GONE when it is deleted."""
    return key_of(owner, "live", name)

"""Visits."""

from counter.repository import visits
from counter.repository.store import Store


def count(store: Store) -> int:
    """Count one visit and return how many there were."""
    return visits.add(store)

"""How much is kept for a user."""

from dataclasses import dataclass

LONGEST_VISITOR_DAYS = 400
"""The most that may be set: so many days may be there, kept by an earlier setting."""


@dataclass(frozen=True)
class Limits:
    """The most counters of a user, and requests with a key in a day; how many hours and days of sums are kept of each
    counter, and how many days of visitors."""

    counters: int = 1000
    keyed: int = 20_000
    hours: int = 31 * 24
    days: int = 731
    visitor_days: int = 90

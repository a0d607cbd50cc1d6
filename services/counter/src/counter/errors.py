"""What can go wrong in counter, in its own words."""

from quartet.errors import Conflict, NotFound, Unavailable


class CounterNotFound(NotFound):
    code = "counter_not_found"
    detail = "You have no counter of this name."


class CounterOverflow(Conflict):
    code = "counter_overflow"
    detail = "The counter would leave the range of 64-bit integers; it was not changed."


class StoreUnavailable(Unavailable):
    code = "unavailable"

"""What can go wrong in counter, in its own words."""

from quartet.errors import Conflict, NotFound, TooManyRequests, Unavailable


class CounterNotFound(NotFound):
    code = "counter_not_found"
    detail = "You have no counter of this name."


class CounterOverflow(Conflict):
    code = "counter_overflow"
    detail = "The counter would leave the range of 64-bit integers; it was not changed."


class CounterLimitReached(Conflict):
    code = "counter_limit_reached"
    detail = "You have as many counters as a user may have; delete one to make another."

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} counters, as many as a user may have; delete one to make another.")


class TooManyKeys(TooManyRequests):
    code = "too_many_idempotency_keys"
    detail = "You have sent as many requests with an Idempotency-Key as a user may within a day."


class StoreUnavailable(Unavailable):
    code = "unavailable"


class StreamsFull(Unavailable):
    code = "streams_full"
    detail = "As many streams are open as there are places; try again in a moment."
    retry_after = 5


class TooManyStreams(TooManyRequests):
    code = "too_many_streams"
    detail = "You have as many streams open as a user may have; close one, or wait until one ends."

    def __init__(self, most: int) -> None:
        super().__init__(5, f"You have {most} streams open, as many as a user may have; close one, or wait.")


class BadgeNotFound(NotFound):
    code = "badge_not_found"
    detail = "There is no such badge, or no more."

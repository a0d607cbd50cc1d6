"""`catalog follow`: pulls auth's feed, for users who were deleted or renamed; now and then it also tidies up."""

import time
from dataclasses import dataclass

from prometheus_client import Counter, Gauge

from catalog.settings import CatalogSettings
from catalog.use_cases import feed, idempotency
from quartet import tracing
from quartet.database import Database
from quartet.feed import START, FeedPage, FeedReader
from quartet.worker import Worker

LONGEST_PAUSE = 2.0  # also while auth is down: what was deleted in the meantime must go as soon as it is back
PURGE_INTERVAL = 60.0
KNOWN_TYPES = ("session.revoked", "user.revoked", "user.deleted", "user.renamed", "all.revoked")
OTHER = "other"

AGE = Gauge("catalog_feed_age_seconds", "Since the feed was last read to its end, or since the start.")
CURSOR = Gauge("catalog_feed_cursor", "Number of the last event read.")
EVENTS = Counter("catalog_feed_events", "Events read.", ["type"])
RESETS = Counter("catalog_feed_resets", "How often auth did not know the cursor, and the feed was read anew.")

for _type in (*KNOWN_TYPES, OTHER):
    EVENTS.labels(_type)


def create_follower(settings: CatalogSettings) -> Worker:
    """Return the worker; `run()` follows until it is told to stop."""
    reader = FeedReader(settings.auth_url, settings.internal_secrets[0])
    database = Database(settings.database)
    _read_to_its_end()
    return Worker(
        settings,
        Follower(reader, database).step,
        settings.feed_interval,
        settings.worker_port,
        longest_pause=LONGEST_PAUSE,
    )


@dataclass
class Follower:
    """What the worker repeats. What has expired is removed a little at a time: following does not wait for it."""

    reader: FeedReader
    database: Database
    purge_at: float = 0.0

    def step(self) -> bool:
        """Absorb one page; return whether there is more to be read at once. Raises FeedUnavailable."""
        if time.monotonic() >= self.purge_at:
            self.purge_at = time.monotonic() + PURGE_INTERVAL  # also when it fails: following comes first
            if idempotency.purge(self.database):
                self.purge_at = time.monotonic()
        return follow(self.reader, self.database)


def follow(reader: FeedReader, database: Database) -> bool:
    """Absorb one page; return whether there is more to be read at once. Raises FeedUnavailable."""
    position = feed.position(database)
    CURSOR.set(_number_of(position))
    page = reader.page(position)
    if page.reset:
        RESETS.inc()
        # Auth's history is another one, as after a restored backup: all its events are absorbed again.
        feed.absorb(database, (), position, START)
        return position != START
    if page.next != position:
        with tracing.span("absorb the feed", begins=True):
            if not feed.absorb(database, page.items, position, page.next):
                return False
        _count(page)
    if not page.more:
        _read_to_its_end()
    return page.more


def _count(page: FeedPage) -> None:
    for event in page.items:
        EVENTS.labels(event.type if event.type in KNOWN_TYPES else OTHER).inc()
    CURSOR.set(_number_of(page.next))


def _read_to_its_end() -> None:
    now = time.time()
    AGE.set_function(lambda: max(0.0, time.time() - now))


def _number_of(cursor: str) -> int:
    return int(cursor.partition(".")[0])

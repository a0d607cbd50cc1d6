"""`catalog follow`: pulls auth's feed, for users who were deleted or renamed; now and then it also tidies up."""

import time
from dataclasses import dataclass

from catalog.settings import CatalogSettings
from catalog.use_cases import feed, idempotency
from quartet.database import Database
from quartet.feed import START, FeedReader
from quartet.worker import Worker

LONGEST_PAUSE = 2.0  # also while auth is down: what was deleted in the meantime must go as soon as it is back
PURGE_INTERVAL = 60.0


def create_follower(settings: CatalogSettings) -> Worker:
    """Return the worker; `run()` follows until it is told to stop."""
    reader = FeedReader(settings.auth_url, settings.internal_secret.get_secret_value())
    database = Database(settings.database)
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
    page = reader.page(position)
    if page.reset:
        # Auth's history is another one, as after a restored backup: all its events are absorbed again.
        feed.absorb(database, (), position, START)
        return position != START
    if page.next == position:
        return False
    return feed.absorb(database, page.items, position, page.next) and page.more

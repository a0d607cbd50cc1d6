"""`catalog follow`: pulls auth's feed, for users who were deleted or renamed."""

from catalog.settings import CatalogSettings
from catalog.use_cases import feed
from quartet.database import Database
from quartet.feed import START, FeedReader
from quartet.worker import Worker

LONGEST_PAUSE = 2.0  # also while auth is down: what was deleted in the meantime must go as soon as it is back


def create_follower(settings: CatalogSettings) -> Worker:
    """Return the worker; `run()` follows until it is told to stop."""
    reader = FeedReader(settings.auth_url, settings.internal_secret.get_secret_value())
    database = Database(settings.database)
    return Worker(
        settings,
        lambda: follow(reader, database),
        settings.feed_interval,
        settings.worker_port,
        longest_pause=LONGEST_PAUSE,
    )


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

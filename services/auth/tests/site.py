"""An auth that every thread, and every other process, opens for itself."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.engine.interfaces import IsolationLevel

from auth.resources import Resources
from auth.settings import AuthSettings
from quartet.database import Database
from quartet.testing.at_once import Meet, MeetingDatabase


@dataclass(frozen=True)
class Site:
    """An auth that every thread, and every other process, opens for itself."""

    settings: AuthSettings
    isolation_level: IsolationLevel = "READ COMMITTED"

    @property
    def is_mysql(self) -> bool:
        return self.settings.database.startswith("mysql")

    @contextmanager
    def opened(self, meet: Meet | None = None, *, midway: bool = False) -> Iterator[Resources]:
        """Yield its resources; with `meet`, their first session meets those of the other callers (see there)."""
        url = self.settings.database
        database = (
            MeetingDatabase(url, self.isolation_level, meet, midway=midway)
            if meet
            else Database(url, isolation_level=self.isolation_level)
        )
        try:
            yield replace(_resources(self.settings), database=database)
        finally:
            database.engine.dispose()


@functools.cache
def _resources(settings: AuthSettings) -> Resources:
    return Resources.of(settings)

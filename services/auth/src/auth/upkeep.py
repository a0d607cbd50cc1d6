"""`auth upkeep`: does all that time asks for, again and again. Any number of them may run."""

import logging

from prometheus_client import Counter

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys, purge
from quartet.worker import Worker

PURGED = Counter("auth_purged_rows", "Rows that were removed, since what they tell of has ended long ago.", ["kind"])
PATIENCE = 120.0

log = logging.getLogger(__name__)


def create_upkeep(settings: AuthSettings) -> Worker:
    """Return the worker; `run()` works until it is told to stop."""
    auth = Resources.of(settings)
    interval = settings.upkeep_interval
    return Worker(settings, lambda: keep_up(auth), interval, settings.worker_port, patience=interval + PATIENCE)


def keep_up(auth: Resources) -> bool:
    """Tend the signing keys and purge some; tell whether there may be more to purge."""
    keys.tend(auth)
    removed, more = purge.purge_some(auth)
    for kind, count in removed.items():
        PURGED.labels(kind).inc(count)
    if removed:
        log.info("purged", extra={"removed": dict(removed)})
    return more

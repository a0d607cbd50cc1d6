"""`auth upkeep`: does all that time asks for, again and again. Any number of them may run."""

import functools
import logging
import time
from collections import Counter as Count

from prometheus_client import Counter, Gauge

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys, purge
from quartet.worker import Worker

PURGED = Counter("auth_purged_rows", "Rows that were removed, since what they tell of has ended long ago.", ["kind"])
KEYS = Gauge("auth_signing_keys", "Signing keys that are published.", ["state"])
PATIENCE = 120.0

log = logging.getLogger(__name__)


@functools.cache
def key_age() -> Gauge:
    """The gauge; made by upkeep alone, for whoever tends no keys would say that the key is new."""
    return Gauge("auth_signing_key_age_seconds", "For how long the present key has signed.")


def create_upkeep(settings: AuthSettings) -> Worker:
    """Return the worker; `run()` works until it is told to stop."""
    for kind in purge.KINDS:
        PURGED.labels(kind)
    auth = Resources.of(settings)
    interval = settings.upkeep_interval
    return Worker(settings, lambda: keep_up(auth), interval, settings.worker_port, patience=interval + PATIENCE)


def keep_up(auth: Resources) -> bool:
    """Tend the signing keys and purge some; tell whether there may be more to purge."""
    keys.tend(auth)
    tell_of_keys(auth)
    removed, more = purge.purge_some(auth)
    for kind, count in removed.items():
        PURGED.labels(kind).inc(count)
    if removed:
        log.info("purged", extra={"removed": dict(removed)})
    return more


def tell_of_keys(auth: Resources) -> None:
    """Set the gauges of the signing keys."""
    published = keys.listed(auth)
    states = Count(key.state for key in published)
    for state in ("next", "active", "retiring"):
        KEYS.labels(state).set(states[state])
    active = next((key for key in published if key.state == "active"), None)
    if active is not None:
        since = keys.signing_since(active).timestamp()
        key_age().set_function(lambda: max(0.0, time.time() - since))

"""The purge: what has ended long ago is removed, little by little; at any time, and by several at once.

It changes nothing that anybody can notice. A session is as dead without its row, and the feed keeps what speaks of
tokens that may be alive, what must never be forgotten, and all of the last day: only a reader that was away for longer
may find its place gone. It then starts over, and reads what there is once more.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auth.models import Code, FamiliarPlace, Throttle
from auth.repository import leftovers
from auth.repository.leftovers import Leftovers
from auth.resources import Resources
from auth.settings import DAY
from auth.use_cases.sessions import TOKEN_AFTERLIFE
from quartet.retries import retried

BATCH = 500
"""Rows of a kind that one transaction removes: few enough that nobody waits for their locks."""
FEED_KEPT = DAY

KINDS = (
    "sessions",
    "sign-ups",
    "codes",
    "throttles",
    "familiar places",
    "sent mails",
    "dead mails",
    "audit entries",
    "feed events",
    "superseded names",
)


def purge(auth: Resources) -> Counter[str]:
    """Remove all that has ended long ago; return how many rows of each kind."""
    removed: Counter[str] = Counter()
    more = True
    while more:
        batch, more = purge_some(auth)
        removed += batch
    return removed


def purge_some(auth: Resources) -> tuple[Counter[str], bool]:
    """Remove at most BATCH rows of each kind; return how many, and whether there may be more."""
    removed: Counter[str] = Counter()
    more = False
    for kind in KINDS:
        with auth.database.reading() as session:
            chosen = _leftovers(auth, session, kind)
            keys = leftovers.find(session, chosen, BATCH)
        if keys:
            removed[kind] = _removed(auth, chosen, keys)
        more = more or len(keys) == BATCH
    return removed, more


@retried
def _removed(auth: Resources, chosen: Leftovers, keys: Sequence[tuple[Any, ...]]) -> int:
    with auth.database.writing() as session:
        count = leftovers.remove(session, chosen, keys)
        session.commit()
    return count


def _leftovers(auth: Resources, session: Session, kind: str) -> Leftovers:
    now = datetime.now(UTC)

    def ago(seconds: float) -> datetime:
        return now - timedelta(seconds=seconds)

    match kind:
        case "sessions":
            return leftovers.ended_sessions(ago(TOKEN_AFTERLIFE))
        case "sign-ups":
            # A mail that was sent again just before the first link expired is good for as long once more.
            return leftovers.stale_sign_ups(ago(2 * auth.settings.confirmation_ttl + DAY))
        case "codes":
            return leftovers.expired(Code, now)
        case "throttles":
            return leftovers.expired(Throttle, now)
        case "familiar places":
            return leftovers.expired(FamiliarPlace, now)
        case "sent mails":
            return leftovers.sent_mails(ago(auth.settings.mail_kept))
        case "dead mails":
            return leftovers.dead_mails(ago(auth.settings.mail_kept))
        case "audit entries":
            return leftovers.old_audit_entries(ago(auth.settings.audit_kept))
        case "feed events":
            return leftovers.expired_events(session, int(time.time()) - FEED_KEPT)
        case _:
            return leftovers.superseded_names(session, int(time.time()) - FEED_KEPT, BATCH)

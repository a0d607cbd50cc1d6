"""The fence after a restored backup: what was told before it no longer counts, and the readers of the feed start over.

A backup brings back what has ended since: sessions, codes, versions, names, even a key that was withdrawn because it
had leaked. All tokens are ended, so nothing of that is needed any more.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from auth import repository
from auth.callers import COMMAND_LINE, Caller
from auth.repository import everybody
from auth.resources import Resources
from auth.use_cases import audit, keys
from auth.use_cases.sessions import TOKEN_AFTERLIFE
from quartet.retries import retried

MARGIN = 1
"""Seconds that the fence reaches beyond now: a login that is under way may still issue its token."""
VERSIONS_FROM = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
BATCH = 1000
NAMES_TOLD = 30 * 86_400


@dataclass(frozen=True)
class Fence:
    """What the fence has ended: every token issued until `until` (epoch seconds), sessions, keys by their names."""

    until: int
    sessions: int
    withdrawn: list[str]


@retried
def put_up(auth: Resources, caller: Caller = COMMAND_LINE) -> Fence:
    """End all tokens, sessions, codes and keys; tokens of logins from `until` on are good.

    Versions move up to the seconds since VERSIONS_FROM: above each one that the lost history can have told, for
    nobody ends all sessions of one user once a second, year after year.
    """
    now = int(time.time())
    until = now + MARGIN
    with auth.database.writing() as session:
        everybody.raise_versions(session, now - VERSIONS_FROM)
        ended = everybody.end_sessions(session, datetime.now(UTC))
        everybody.remove_codes(session)
        withdrawn = keys.replace_all(auth, session, caller)
        audit.note(session, caller, "feed.fenced", until=until, sessions=ended)
        repository.feed.append(session, "all.revoked", "*", str(until), TOKEN_AFTERLIFE + MARGIN)
        session.commit()
    return Fence(until, ended, withdrawn)


def tell_names(auth: Resources) -> int:
    """Tell the feed's readers the name of each user, for they may know one given after the backup; return how many."""
    count, last = 0, 0
    while True:
        batch = _tell_names(auth, last)
        if not batch:
            return count
        count, last = count + len(batch), batch[-1][0]


def wait(fence: Fence) -> None:
    """Return when the second has passed whose tokens are dead."""
    time.sleep(max(0.0, fence.until + 1 - time.time()))


@retried
def _tell_names(auth: Resources, after: int) -> list[tuple[int, str, str]]:
    with auth.database.writing() as session:
        repository.feed.hold(session)  # before the look: a rename meanwhile is told after us
        batch = list(everybody.names(session, after, BATCH))
        if batch:
            told = [(subject, name) for _, subject, name in batch]
            repository.feed.append_all(session, "user.renamed", told, NAMES_TOLD)
            session.commit()
    return batch

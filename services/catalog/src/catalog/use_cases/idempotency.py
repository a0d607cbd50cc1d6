"""Requests that carry a key: done once, and answered as often as they are asked.

A key is claimed in a transaction of its own, so that whoever comes with it meanwhile is told so without waiting for
any lock. What was asked for and its answer are then stored together, and only while the claim still stands: a worker
that dies leaves nothing but a claim that lapses, and one that is late, whose claim another has taken over, stores
nothing.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from catalog.repository import idempotency
from quartet.database import Database
from quartet.idempotency import LIFETIME, IdempotencyInProgress, IdempotencyKeyReused
from quartet.retries import retried

LEASE = timedelta(seconds=10)
KEPT = timedelta(seconds=LIFETIME)
TRIES = 3
BATCH = 500
"""Rows that one transaction of the purge removes: few enough that nobody waits for their locks."""


@dataclass(frozen=True)
class Request:
    """What is asked for: by whom, under the digest of which key, and the fingerprint of the rest."""

    subject: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


Keep = Callable[[Session, Answer], None]


def answer_once(database: Database, request: Request, work: Callable[[Keep], Answer]) -> tuple[Answer, bool]:
    """Return the answer to a request, and whether it was given before.

    `work(keep)` does what is asked for in one transaction, in which it calls `keep(session, answer)`, and returns the
    answer. What it raises is not kept: the request may come again.

    Raises:
        IdempotencyKeyReused: the key stands for another request.
        IdempotencyInProgress: the first request with the key has not been answered yet.
    """
    holder = secrets.token_hex(16)
    kept = _claim(database, request, holder)
    if kept is not None:
        return kept, True

    def keep(session: Session, answer: Answer) -> None:
        key, until = (request.subject, request.key), datetime.now(UTC) + KEPT
        if not idempotency.keep(session, key, holder, answer.status, answer.headers, answer.body, until):
            raise IdempotencyInProgress

    try:
        return work(keep), False
    except BaseException:
        with suppress(SQLAlchemyError):  # the claim lapses by itself
            _release(database, request, holder)
        raise


def purge(database: Database) -> bool:
    """Remove some of what has expired; return whether there may be more."""
    now = datetime.now(UTC)
    with database.reading() as session:
        keys = idempotency.expired(session, now, BATCH)
    if keys:
        _remove_expired(database, keys, now)
    return len(keys) == BATCH


def _claim(database: Database, request: Request, holder: str) -> Answer | None:
    """Claim the key for `holder`, or return the answer that is kept under it."""
    for _ in range(TRIES):
        now = datetime.now(UTC)
        with database.reading() as session:
            found = idempotency.find(session, (request.subject, request.key))
        if found is None or found.expires_at <= now:
            if _begin(database, request, holder, now, is_new=found is None):
                return None
            continue
        if found.fingerprint != request.fingerprint:
            raise IdempotencyKeyReused
        if found.status is None:
            raise IdempotencyInProgress
        return Answer(found.status, found.headers or {}, found.body or b"")
    raise IdempotencyInProgress


@retried
def _begin(database: Database, request: Request, holder: str, now: datetime, *, is_new: bool) -> bool:
    key, until = (request.subject, request.key), now + LEASE
    with database.writing() as session:
        if is_new:
            begun = idempotency.claim(session, key, request.fingerprint, holder, until)
        else:
            begun = idempotency.take_over(session, key, request.fingerprint, holder, now, until)
        if begun:
            session.commit()
    return begun


@retried
def _release(database: Database, request: Request, holder: str) -> None:
    with database.writing() as session:
        idempotency.release(session, (request.subject, request.key), holder)
        session.commit()


@retried
def _remove_expired(database: Database, keys: Sequence[idempotency.Key], now: datetime) -> None:
    with database.writing() as session:
        idempotency.remove_expired(session, keys, now)
        session.commit()

"""The requests that carry an idempotency key, and their answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import KeyedRequest
from quartet.database import rows_changed

Key = tuple[str, str]
"""A caller's subject and the digest of the caller's key."""

UNANSWERED = {"status": None, "headers": None, "body": None}


def find(session: Session, key: Key) -> KeyedRequest | None:
    return session.get(KeyedRequest, key)


def claim(session: Session, key: Key, fingerprint: str, holder: str, expires_at: datetime) -> bool:
    """Begin the first request with this key; False when another one has begun."""
    subject, digest = key
    session.add(
        KeyedRequest(subject=subject, key=digest, fingerprint=fingerprint, holder=holder, expires_at=expires_at)
    )
    try:
        session.flush()
    except IntegrityError:
        return False
    return True


def take_over(session: Session, key: Key, fingerprint: str, holder: str, now: datetime, expires_at: datetime) -> bool:
    """Begin a request whose key was used once and has expired; False when another one has begun."""
    values = {**UNANSWERED, "fingerprint": fingerprint, "holder": holder, "expires_at": expires_at}
    return rows_changed(session, update(KeyedRequest).where(_is(key), _over(now)).values(values)) > 0


def keep(
    session: Session, key: Key, holder: str, status: int, headers: Mapping[str, str], body: bytes, expires_at: datetime
) -> bool:
    """Keep the answer to a request; False when it is not that holder's any more."""
    values = {"status": status, "headers": dict(headers), "body": body, "expires_at": expires_at}
    return rows_changed(session, update(KeyedRequest).where(_is(key), KeyedRequest.holder == holder).values(values)) > 0


def release(session: Session, key: Key, holder: str) -> None:
    """Give a key free whose request has no answer."""
    unanswered = (KeyedRequest.holder == holder, KeyedRequest.status.is_(None))
    session.execute(delete(KeyedRequest).where(_is(key), *unanswered))


def remove_all_of(session: Session, subject: str) -> None:
    session.execute(delete(KeyedRequest).where(KeyedRequest.subject == subject))


def expired(session: Session, now: datetime, limit: int) -> Sequence[Key]:
    """Return the keys of at most `limit` requests that have expired."""
    keys = select(KeyedRequest.subject, KeyedRequest.key).where(_over(now)).limit(limit)
    return [(subject, digest) for subject, digest in session.execute(keys)]


def remove_expired(session: Session, keys: Sequence[Key], now: datetime) -> int:
    """Remove those of the requests that are expired still; return how many."""
    chosen = tuple_(KeyedRequest.subject, KeyedRequest.key).in_(keys)
    return rows_changed(session, delete(KeyedRequest).where(chosen, _over(now)))


def _is(key: Key) -> ColumnElement[bool]:
    return (KeyedRequest.subject == key[0]) & (KeyedRequest.key == key[1])


def _over(now: datetime) -> ColumnElement[bool]:
    return KeyedRequest.expires_at <= now

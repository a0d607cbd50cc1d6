"""A database with something to purge of every kind, and beside each what must stay."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from auth.models import (
    AuditEntry,
    Base,
    Code,
    FamiliarPlace,
    FeedEvent,
    FeedHead,
    OutboxMail,
    Session,
    Throttle,
    User,
)
from auth.resources import Resources
from auth.use_cases.purge import KINDS

DAY = timedelta(days=1)
COPIES = 3
NEEDLESS = dict.fromkeys(KINDS, COPIES)
"""What a purge of `fill` removes."""
KEPT_EVENTS = [
    "user.deleted",
    "user.renamed",
    "session.revoked",
    "all.revoked",
    "user.deleted",
    "user.renamed",
    "fresh",
]


def user(name: str, created_at: datetime, activated_at: datetime | None) -> User:
    keys = {"subject": name, "username": name, "username_key": name}
    return User(**keys, password_hash="", created_at=created_at, activated_at=activated_at)


def fill(auth: Resources) -> None:
    """Put in what is needless, COPIES times of each kind, and what is not, once."""
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        owner = user("owner", now - 500 * DAY, now - 500 * DAY)
        session.add_all([owner, user("fresh sign-up", now - 2 * DAY, None)])
        session.flush()
        session.add_all([_session("fresh", owner, now + DAY), _session("just ended", owner, now - DAY / 48)])
        session.add_all(_of_age(owner, "fresh", now + DAY, now))
        for number in range(COPIES):
            other = user(f"other {number}", now, now)
            session.add_all([other, user(f"stale sign-up {number}", now - 4 * DAY, None)])
            session.flush()
            session.add(_session(f"ended {number}", owner, now - DAY))
            session.add_all(_of_age(other, f"old {number}", now - DAY / 1000, now - 401 * DAY))
            session.add(_mail(given_up_at=now - 31 * DAY))
        session.add_all([_mail(), _mail(given_up_at=now)])
        session.add_all(_events(int(time.time())))
        session.flush()
        session.execute(update(FeedHead).values(last_id=select(func.max(FeedEvent.id)).scalar_subquery()))
        session.commit()


def left(auth: Resources) -> dict[str, int]:
    """Return how many rows each table has."""
    tables: list[type[Base]] = [User, Session, Code, Throttle, FamiliarPlace, OutboxMail, AuditEntry, FeedEvent]
    with auth.database.reading() as session:
        return {each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def _session(name: str, owner: User, expires_at: datetime) -> Session:
    return Session(id=name, user_id=owner.id, created_at=expires_at, rotated_at=expires_at, expires_at=expires_at)


def _of_age(owner: User, key: str, expires_at: datetime, created_at: datetime) -> list[Base]:
    return [
        Code(user_id=owner.id, purpose="qc1", mac="", tries=0, expires_at=expires_at),
        Throttle(kind="test", key=key, count=1, expires_at=expires_at),
        FamiliarPlace(key=key, expires_at=expires_at),
        AuditEntry(created_at=created_at, action="test", details="{}"),
        _mail(sent_at=created_at),
    ]


def _mail(sent_at: datetime | None = None, given_up_at: datetime | None = None) -> OutboxMail:
    at = datetime.now(UTC) - 500 * DAY
    return OutboxMail(
        template="confirm", recipient="a@b.example", sealed_values="", created_at=at, due_at=at, sent_at=sent_at,
        given_up_at=given_up_at,
    )  # fmt: skip


def _events(now: int) -> list[FeedEvent]:
    old, ancient = now - 2 * 86_400, now - 500 * 86_400
    told = [
        ("user.deleted", "gone", ancient, None),
        *[("session.revoked", "dead", ancient, old)] * COPIES,
        *[("user.renamed", "ada", ancient, None)] * COPIES,
        ("user.renamed", "ada", ancient, None),
        ("session.revoked", "dead of late", old, now - 3600),
        ("all.revoked", "*", old, now + 60),
        ("user.deleted", "also gone", ancient, old),
        ("user.renamed", "ada", old, now + 60),
        ("fresh", "the newest", ancient, old),
    ]
    return [
        FeedEvent(id=number, nonce="aa", type=kind, subject=subject, created_at=created_at, expires_at=expires_at)
        for number, (kind, subject, created_at, expires_at) in enumerate(told, 1)
    ]

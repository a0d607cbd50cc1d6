"""Sessions and the generation of their refresh tokens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session, lazyload

from auth.models import Session as LoginSession
from auth.models import User

MANY = 1_000_000
USED_LAST_FIRST = (LoginSession.rotated_at.desc(), LoginSession.id)


@dataclass(frozen=True)
class Login:
    """What a refresh must know of a session, and what its token says of the user."""

    generation: int
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    disabled_at: datetime | None
    subject: str
    username: str
    roles: str
    version: int


# Refreshing is what is done most of all: no more columns than are needed, and no statement built anew.
_LOOK = (
    select(
        LoginSession.generation,
        LoginSession.created_at,
        LoginSession.rotated_at,
        LoginSession.expires_at,
        LoginSession.revoked_at,
        User.disabled_at,
        User.subject,
        User.username,
        User.roles,
        User.version,
    )
    .join(User, User.id == LoginSession.user_id)
    .where(LoginSession.id == bindparam("session_id"))
)
_ADVANCE = (
    update(LoginSession)
    .where(
        LoginSession.id == bindparam("session_id"),
        LoginSession.generation == bindparam("known"),
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > bindparam("now"),
    )
    .values(
        generation=LoginSession.generation + 1,
        rotated_at=bindparam("now"),
        expires_at=bindparam("until"),
        address=bindparam("from_address"),
    )
)


def add(session: Session, login: LoginSession) -> None:
    session.add(login)
    session.flush()


def find(session: Session, session_id: str) -> LoginSession | None:
    """Return a session together with its user, in one query."""
    return session.scalars(select(LoginSession).where(LoginSession.id == session_id)).first()


def hold(session: Session, session_id: str) -> LoginSession | None:
    """Return a session as it is now, without its user; nobody else changes it before the transaction ends."""
    statement = select(LoginSession).where(LoginSession.id == session_id).options(lazyload(LoginSession.user))
    return session.scalars(statement.with_for_update(), execution_options={"populate_existing": True}).first()


def last_used(session: Session, user_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of these users last got a token, as far as their sessions are still kept."""
    used_last = func.max(LoginSession.rotated_at).label("used_last")
    statement = select(LoginSession.user_id, used_last).where(LoginSession.user_id.in_(user_ids))
    return {row.user_id: row.used_last for row in session.execute(statement.group_by(LoginSession.user_id))}


def all_of(session: Session, user_id: int) -> Sequence[LoginSession]:
    """Return all sessions of a user that are still kept, oldest first."""
    statement = select(LoginSession).where(LoginSession.user_id == user_id).options(lazyload(LoginSession.user))
    return session.scalars(statement.order_by(LoginSession.created_at, LoginSession.id)).all()


def is_live(session: Session, session_id: str, subject: str, version: int, now: datetime) -> bool:
    """Tell whether a token of this session, of this user at this version, still counts."""
    statement = (
        select(LoginSession.id)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.id == session_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            User.subject == subject,
            User.version == version,
            User.disabled_at.is_(None),
        )
    )
    return session.scalars(statement).first() is not None


def look(session: Session, session_id: str) -> Login | None:
    """Return what a refresh must know of a session, in one query."""
    row = session.connection().execute(_LOOK, {"session_id": session_id}).first()
    return None if row is None else Login(**row._mapping)


def advance(
    session: Session, session_id: str, generation: int, now: datetime, expires_at: datetime, address: str
) -> bool:
    """Make the next generation the current one, if `generation` still is: exactly one of many callers succeeds."""
    values = {"session_id": session_id, "known": generation, "now": now, "until": expires_at}
    return session.connection().execute(_ADVANCE, values | {"from_address": address or None}).rowcount == 1


def touch(session: Session, session_id: str, now: datetime, address: str) -> bool:
    """Note that a session was used, without a new generation; tell whether it is live."""
    live = (LoginSession.id == session_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now)
    statement = update(LoginSession).where(*live).values(rotated_at=now, address=address or None)
    return session.connection().execute(statement).rowcount == 1


def live_of(session: Session, user_id: int, now: datetime) -> Sequence[LoginSession]:
    """Return the live sessions of a user, the one used last first."""
    statement = select(LoginSession).where(*_live(user_id, now)).options(lazyload(LoginSession.user))
    return session.scalars(statement.order_by(*USED_LAST_FIRST)).all()


def surplus_of(session: Session, user_id: int, kept: int, now: datetime) -> Sequence[str]:
    """Return the ids of a user's live sessions but the `kept` ones that were used last."""
    statement = select(LoginSession.id).where(*_live(user_id, now)).order_by(*USED_LAST_FIRST)
    return session.scalars(statement.offset(kept).limit(MANY)).all()  # MySQL has no offset without a limit


def revoke(session: Session, session_ids: Collection[str], now: datetime) -> list[str]:
    """End sessions; return those that were not ended before, each to one of many callers."""
    if not session_ids:
        return []
    alive = (LoginSession.id.in_(session_ids), LoginSession.revoked_at.is_(None))
    ended = list(session.scalars(select(LoginSession.id).where(*alive).order_by(LoginSession.id).with_for_update()))
    if ended:
        session.execute(
            update(LoginSession).where(LoginSession.id.in_(ended)).values(_ended(now)),
            execution_options={"synchronize_session": False},
        )
    return ended


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """End all sessions of a user."""
    live = (LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
    session.execute(update(LoginSession).where(*live).values(_ended(now)))


def _live(user_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now


def _ended(now: datetime) -> dict[str, datetime]:
    """Return what an ended session has; it is found for the purge by when it would have expired."""
    return {"revoked_at": now, "expires_at": now}

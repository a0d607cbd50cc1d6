"""Users, and sign-ups that wait for their confirmation."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, literal, or_, select
from sqlalchemy.orm import Session

from auth.models import User
from auth.searches import NewestUsers, UserPlace, UserSearch

PLAIN = "user"
"""The role that everybody has."""


def find(session: Session, user_id: int) -> User | None:
    """Return an account by its id."""
    user = session.get(User, user_id)
    return user if user and user.activated_at else None


def by_subject(session: Session, subject: str) -> User | None:
    """Return an account or a pending sign-up by its subject."""
    return session.scalars(select(User).where(User.subject == subject)).first()


def hold(session: Session, subject: str) -> User | None:
    """Return an account or a pending sign-up as it is now; nobody else changes it before this session ends."""
    statement = select(User).where(User.subject == subject).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).first()


def hold_all(session: Session, ids: Collection[int]) -> Sequence[User]:
    """Return the accounts and sign-ups with these ids as they are now, held; in one order, as `hold_by_email`."""
    statement = select(User).where(User.id.in_(ids)).order_by(User.id).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def with_role(session: Session, role: str) -> Sequence[int]:
    """Return the ids of those who have a role that not everybody has."""
    return session.scalars(select(User.id).where(has_role(role))).all()


def has_role(role: str) -> ColumnElement[bool]:
    """Return the condition to have a role; all but the plain users are found by an index."""
    has = literal(" ").concat(User.roles).concat(" ").contains(f" {role} ", autoescape=True)
    return has if role == PLAIN else or_(User.roles < PLAIN, User.roles > PLAIN) & has


def search(session: Session, wanted: UserSearch, limit: int, after: UserPlace | None) -> Sequence[User]:
    """Return at most `limit` accounts in the order of the search, those below `after`."""
    statement = select(User).where(User.activated_at.is_not(None), *_conditions(wanted)).limit(limit)
    if after is not None:
        below = User.id < after.id if isinstance(after, NewestUsers) else User.username_key > after.key
        statement = statement.where(below)
    return session.scalars(statement.order_by(User.id.desc() if wanted.sort == "-id" else User.username_key)).all()


def _conditions(wanted: UserSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.q is not None:
        yield or_(*(key.contains(wanted.q, autoescape=True) for key in (User.username_key, User.email_key)))
    if wanted.role is not None:
        yield has_role(wanted.role)
    if wanted.disabled is not None:
        yield User.disabled_at.is_not(None) if wanted.disabled else User.disabled_at.is_(None)
    if wanted.confirmed is not None:
        yield User.email_confirmed_at.is_not(None) if wanted.confirmed else User.email_confirmed_at.is_(None)


def hold_by_email(session: Session, email_key: str) -> Sequence[User]:
    """Return all that name an address as they are now, held; in one order everywhere, so that no two can deadlock."""
    named = or_(User.email_key == email_key, User.new_email_key == email_key)
    return hold_all(session, session.scalars(select(User.id).where(named)).all())


def by_username(session: Session, username_key: str) -> User | None:
    """Return the account or the pending sign-up that has this name."""
    return session.scalars(select(User).where(User.username_key == username_key)).first()


def owner_of_email(session: Session, email_key: str) -> User | None:
    return session.scalars(select(User).where(User.owned_email_key == email_key)).first()


def by_email(session: Session, email_key: str) -> User | None:
    """Return the account that owns the address, else the latest sign-up that names it.

    In one query whatever there is: the time tells nothing.
    """
    pending = and_(User.email_key == email_key, User.activated_at.is_(None))
    statement = select(User).where(or_(User.owned_email_key == email_key, pending))
    return session.scalars(statement.order_by(User.owned_email_key.is_(None), User.id.desc()).limit(1)).first()


def add(session: Session, user: User) -> None:
    """Insert a user; raises IntegrityError when a name or an address was taken in the meantime."""
    session.add(user)
    session.flush()


def remove(session: Session, user: User) -> None:
    session.execute(delete(User).where(User.id == user.id))


def remove_pending(session: Session, *user_ids: int) -> None:
    """Remove those sign-ups that nobody has activated in the meantime."""
    if user_ids:
        session.execute(delete(User).where(User.id.in_(user_ids), User.activated_at.is_(None)))


def pending_for(session: Session, email_key: str) -> Sequence[int]:
    """Return the ids of the sign-ups that name an address.

    They are looked up first and removed by their ids: a deletion by the address would, at REPEATABLE READ, lock the
    place where there is none, and two sign-ups that then insert there deadlock.
    """
    return session.scalars(select(User.id).where(User.email_key == email_key, User.activated_at.is_(None))).all()


def is_stale(user: User, before: datetime) -> bool:
    """Tell whether this is a sign-up whose confirmation can no longer come."""
    return user.activated_at is None and user.created_at < before

"""Accounts: make, look at, delete."""

import uuid
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from auth import repository
from auth.errors import UserNotFound, WrongPassword
from auth.models import User
from auth.resources import Resources
from auth.use_cases.identities import key_of
from quartet.retries import retried


def find(auth: Resources, user_id: int) -> User:
    """Return an account; raises UserNotFound."""
    with auth.database.reading() as session:
        user = repository.users.find(session, user_id)
    if user is None:
        raise UserNotFound
    return user


def find_by_subject(auth: Resources, subject: str) -> User:
    """Return the account that a token speaks of; raises UserNotFound."""
    with auth.database.reading() as session:
        user = repository.users.by_subject(session, subject)
    if user is None:
        raise UserNotFound
    return user


def delete_own(auth: Resources, subject: str, password: str) -> None:
    """Delete the caller's account; raises WrongPassword."""
    user = find_by_subject(auth, subject)
    if not auth.passwords.matches(password, user.password_hash):
        raise WrongPassword
    delete(auth, user.id)


@retried
def delete(auth: Resources, user_id: int) -> None:
    """Delete an account with all its sessions; its tokens die and catalog learns of it through the feed.

    Raises:
        UserNotFound: there is none, or somebody else deleted it first.
    """
    subject = find(auth, user_id).subject
    with auth.database.writing() as session:
        user = repository.users.hold(session, subject)
        if user is None:
            raise UserNotFound
        repository.users.remove(session, user)
        repository.feed.append(session, "user.deleted", user.subject)
        session.commit()


def create_admin(auth: Resources, username: str, password: str) -> bool:
    """Make an account with the role admin, unless the name has one; tell whether it was made."""
    with auth.database.reading() as session:
        if repository.users.by_username(session, key_of(username)):
            return False
    now = datetime.now(UTC)
    user = new_user(username, None, auth.passwords.hash(password), now)
    user.roles = "user admin"
    user.activated_at = now
    try:
        with auth.database.writing() as session:
            repository.users.add(session, user)
            session.commit()
    except IntegrityError:
        return False  # somebody else was faster
    return True


def new_user(username: str, email: str | None, password_hash: str, now: datetime) -> User:
    """Return an account that nobody has activated yet and that is not stored."""
    return User(
        subject=str(uuid.uuid4()),
        username=username,
        username_key=key_of(username),
        email=email,
        email_key=key_of(email) if email else None,
        password_hash=password_hash,
        roles="user",
        version=0,
        created_at=now,
    )

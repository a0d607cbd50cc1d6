"""Users, as admins look after them. Whether the caller is an admin is asked anew by each use case."""

from auth import repository
from auth.callers import Caller
from auth.errors import UserNotFound
from auth.models import User
from auth.resources import Resources
from auth.use_cases import accounts, authority
from quartet.retries import retried


def find(auth: Resources, caller: Caller, user_id: int) -> User:
    """Return an account: the caller's own, or, for an admin, anybody's.

    Raises:
        UserNotFound, Forbidden, TokenRevoked.
    """
    with auth.database.reading() as session:
        if authority.require_session(session, caller).id != user_id:
            authority.require_admin(session, caller)
        user = repository.users.find(session, user_id)
    if user is None:
        raise UserNotFound
    return user


@retried
def delete(auth: Resources, caller: Caller, user_id: int) -> None:
    """Delete an account as an admin, also one's own; raises UserNotFound, LastAdmin, Forbidden, TokenRevoked."""
    with auth.database.writing() as session:
        held = authority.hold_admins(session, user_id)
        authority.require_held_admin(session, caller, held)
        user = held.get(user_id)
        if user is None or user.activated_at is None:
            raise UserNotFound
        authority.require_another(held, user)
        accounts.remove(session, caller, user)
        session.commit()

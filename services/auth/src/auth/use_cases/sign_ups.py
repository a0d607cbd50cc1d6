"""Sign-ups: an account made at once, or, where a confirmation is required, when its mail is followed."""

from datetime import UTC, datetime, timedelta

from prometheus_client import Counter
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import Busy, EmailTaken, UsernameTaken
from auth.models import User
from auth.password_rules import require_good
from auth.resources import Resources
from auth.use_cases import audit, mail, sessions
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of
from auth.use_cases.sessions import Grant
from quartet.errors import FieldError, InvalidInput
from quartet.outcomes import FAILED, OK, begin_at_zero, counted
from quartet.retries import retried

SIGN_UPS = Counter("auth_sign_ups", "Sign-ups that were tried.", ["outcome"])
begin_at_zero(SIGN_UPS, (OK, InvalidInput, UsernameTaken, EmailTaken, Busy, FAILED))


@counted(SIGN_UPS)
def sign_up(auth: Resources, caller: Caller, username: str, email: str | None, password: str) -> User:
    """Make an account, or, where the policy requires a confirmation, a sign-up that waits for it.

    A waiting sign-up for an address that has an account already is made like any other, user name and all, so that
    nobody learns of the account: who has the address is asked when the mail is written, which then goes to the owner.

    Raises:
        InvalidInput: the password breaks a rule, or there is no e-mail where the policy needs one.
        UsernameTaken, EmailTaken: the latter only where no confirmation is required.
        Busy: no slot to hash the password in.
    """
    if email is None and auth.settings.email_confirmation != "off":
        raise InvalidInput(FieldError("email", "Field required"))
    require_good(password, username, email)
    password_hash = auth.passwords.hash(password)
    try:
        return _stored(auth, caller, username, email, password_hash)
    except IntegrityError:
        # Somebody took the name, or the address, between our look and our insert.
        with auth.database.reading() as session:
            if repository.users.by_username(session, key_of(username)):
                raise UsernameTaken from None
        raise EmailTaken from None


def sign_up_and_begin(
    auth: Resources, caller: Caller, username: str, email: str | None, password: str
) -> tuple[User, Grant[User] | None]:
    """As `sign_up`, with a first session, which there is not where a confirmation is required."""
    user = sign_up(auth, caller, username, email, password)
    if auth.settings.email_confirmation == "required":
        return user, None
    return user, sessions.begin(auth, caller, user)


def stale_before(auth: Resources) -> datetime:
    """Return the moment of which the links have just expired: a sign-up from before it can no longer be confirmed."""
    return datetime.now(UTC) - timedelta(seconds=auth.settings.confirmation_ttl)


@retried
def _stored(auth: Resources, caller: Caller, username: str, email: str | None, password_hash: str) -> User:
    now = datetime.now(UTC)
    policy = auth.settings.email_confirmation
    user = new_user(username, email, password_hash, now)
    with auth.database.writing() as session:
        _make_room(auth, session, user)
        if policy != "required":
            if user.email_key and repository.users.owner_of_email(session, user.email_key):
                raise EmailTaken
            user.activated_at = now
            user.owned_email_key = user.email_key
        repository.users.add(session, user)
        if policy != "off":
            languages = caller.languages
            mail.post_spaced(auth, session, "confirm", user.email, subject=user.subject, languages=languages)
        audit.note(session, caller, "account.created", target=user.subject)
        session.commit()
    return user


def _make_room(auth: Resources, session: Session, user: User) -> None:
    """Remove the sign-ups that this one replaces; raises UsernameTaken when the name is still held by another."""
    if user.email_key:
        repository.users.remove_pending(session, *repository.users.pending_for(session, user.email_key))
    holder = repository.users.by_username(session, user.username_key)
    if holder is None:
        return
    if not repository.users.is_stale(holder, stale_before(auth)):
        raise UsernameTaken
    repository.users.remove_pending(session, holder.id)

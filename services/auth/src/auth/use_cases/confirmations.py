"""Confirmations: an address is somebody's who reads its mail, and follows the link or types the code that it holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import ConfirmationExpired, ConfirmationNotFound
from auth.models import User
from auth.resources import Resources
from auth.use_cases import audit, mail, proofs, throttling
from auth.use_cases.identities import key_of
from auth.use_cases.proofs import NoProof, Purpose
from auth.use_cases.throttling import Limit
from quartet.retries import retried

CODES = Limit("code", 5, timedelta(seconds=15), timedelta(minutes=10))
CODES_OF_CLIENT = Limit("code_client", 20, timedelta(seconds=10), timedelta(minutes=5))


def check(auth: Resources, token: str) -> None:
    """Return when this link of a mail is one that confirms, or has confirmed; changes nothing.

    Raises:
        ConfirmationNotFound, ConfirmationExpired: see `confirm`.
    """
    try:
        purpose, subject = _read(auth, token)
        with auth.database.reading() as session:
            user = repository.users.by_subject(session, subject)
        if user is None:
            raise NoProof
        proofs.check_link(auth, user, purpose, token)
    except NoProof as error:
        raise _not_found(error) from None


@retried
def confirm(auth: Resources, caller: Caller, token: str) -> User:
    """Confirm the address whose link was followed; doing it again changes nothing.

    It activates the one sign-up that the mail was for, or gives an account its new address.

    Raises:
        ConfirmationNotFound: the link is not ours, a later sign-up or change has replaced what it was for, or somebody
            else has the address by now.
        ConfirmationExpired: its time is over; one of the former.
    """
    try:
        purpose, subject = _read(auth, token)
        with auth.database.writing() as session:
            found = repository.users.by_subject(session, subject)
            email_key = found and _asked_for(found, purpose)
            held = repository.users.hold_by_email(session, email_key) if email_key else ()
            user = next((each for each in held if each.subject == subject), None)
            if user is None:
                raise NoProof
            proofs.check_link(auth, user, purpose, token)
            _settle(auth, session, caller, user, purpose, held)
            session.commit()
    except (NoProof, IntegrityError) as error:  # the latter when another one was confirmed for the address first
        raise _not_found(error) from None
    return user


def confirm_by_code(auth: Resources, caller: Caller, email: str, code: str) -> User:
    """As `confirm`, for the code of the latest mail to an address.

    Raises:
        ConfirmationNotFound: the code is wrong, used up, or expired, or nobody waits for this address; all alike.
        TooManyRequests: too many codes were tried for the address, or by the caller.
    """
    throttling.take(auth, (CODES, key_of(email)), (CODES_OF_CLIENT, caller.place))
    try:
        user = _confirm_by_code(auth, caller, key_of(email), code)
    except IntegrityError:
        raise ConfirmationNotFound from None
    if user is None:
        raise ConfirmationNotFound
    throttling.give_back(auth, (CODES, key_of(email)), (CODES_OF_CLIENT, caller.place))
    return user


@retried
def _confirm_by_code(auth: Resources, caller: Caller, email_key: str, code: str) -> User | None:
    with auth.database.writing() as session:
        held = repository.users.hold_by_email(session, email_key)
        asked = [(user, purpose) for user in held for purpose in PURPOSES if _asked_for(user, purpose) == email_key]
        try:
            user, purpose = proofs.find_code(auth, session, asked, code)
        except NoProof:
            session.commit()  # the try counts
            return None
        _settle(auth, session, caller, user, purpose, held)
        session.commit()
    return user


def _not_found(error: Exception) -> ConfirmationNotFound:
    return ConfirmationExpired() if isinstance(error, proofs.Expired) else ConfirmationNotFound()


PURPOSES = (Purpose.CONFIRMATION, Purpose.NEW_EMAIL)


def _read(auth: Resources, token: str) -> tuple[Purpose, str]:
    purpose = next((each for each in PURPOSES if token.startswith(f"{each}.")), Purpose.CONFIRMATION)
    return purpose, proofs.subject_of(auth, purpose, token)


def _asked_for(user: User, purpose: Purpose) -> str | None:
    """Return the address that a proof confirms, or has confirmed, compared."""
    return user.email_key if purpose is Purpose.CONFIRMATION else user.new_email_key or user.email_key


def _settle(
    auth: Resources, session: Session, caller: Caller, user: User, purpose: Purpose, held: Sequence[User]
) -> None:
    now = datetime.now(UTC)
    if purpose is Purpose.CONFIRMATION and user.email_confirmed_at is None:
        user.activated_at = user.activated_at or now
        audit.note(session, caller, "account.confirmed", target=user.subject)
    elif purpose is Purpose.NEW_EMAIL and user.new_email_key is not None:
        mail.post(session, auth.seals, "email_changed", user.email, subject=user.subject, languages=caller.languages)
        user.email, user.email_key = user.new_email, user.new_email_key
        user.new_email = user.new_email_key = None
        audit.note(session, caller, "email.changed", target=user.subject)
    else:
        return  # done before
    user.email_confirmed_at = now
    user.owned_email_key = user.email_key
    repository.users.remove_pending(session, *(each.id for each in held if each is not user))

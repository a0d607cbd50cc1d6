"""Proofs that somebody reads the mail of an address: a link for whoever follows it, a code for whoever types it.

The link is a stamp that holds all there is to know, and needs no row. The code is short, so it lives for minutes,
bears few tries, and each new mail replaces it.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from auth import repository
from auth.models import User
from auth.resources import Resources
from auth.seals import BrokenSeal

DIGITS = 6
MOST_TRIES = 5


class Purpose(StrEnum):
    """What a proof is good for; the value is that of its stamp."""

    CONFIRMATION = "qc1"
    NEW_EMAIL = "qe1"
    PASSWORD_RESET = "qp1"  # noqa: S105 - the name of a purpose


class NoProof(Exception):
    """The link or the code is not ours, has expired, was replaced or was used."""


class Expired(NoProof):
    """The link is ours, and its time is over, whatever has become of whom it was for."""


@dataclass(frozen=True)
class Proof:
    token: str
    code: str


def issue(auth: Resources, session: Session, user: User, purpose: Purpose) -> Proof:
    """Return a new link token and a new code for `user`; the code before it is good no longer."""
    lifetime = _lifetime(auth, purpose)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    token = auth.seals.stamp(purpose, user.subject, str(int(time.time()) + lifetime), _state_of(user, purpose))
    mac = auth.seals.digest(_coded(user, purpose, code))
    expires_at = datetime.now(UTC) + timedelta(seconds=auth.settings.code_ttl)
    repository.codes.replace(session, user.id, purpose, mac, expires_at)
    return Proof(token, code)


def subject_of(auth: Resources, purpose: Purpose, token: str) -> str:
    """Return the subject of the user that a link was made for; raises NoProof, Expired."""
    return _read(auth, purpose, token)[0]


def check_link(auth: Resources, user: User, purpose: Purpose, token: str) -> None:
    """Return when the link is good for this user as it is now; raises NoProof, Expired."""
    subject, state = _read(auth, purpose, token)
    if subject != user.subject or state != _state_of(user, purpose):
        raise NoProof


def check_code(auth: Resources, session: Session, user: User, purpose: Purpose, code: str) -> None:
    """Return when this is the user's code; raises NoProof. Either way a try is used up: commit it."""
    find_code(auth, session, [(user, purpose)], code)


def find_code(
    auth: Resources, session: Session, asked: Sequence[tuple[User, Purpose]], code: str
) -> tuple[User, Purpose]:
    """Return whose code this is, of those who were asked for one, and for what; raises NoProof.

    Either way a try is used up: commit it. The queries are the same, whether or not there is anybody.
    """
    pairs = [(user.id, str(purpose)) for user, purpose in asked]
    macs = repository.codes.take_try(session, pairs, MOST_TRIES, datetime.now(UTC))
    for user, purpose in asked:
        mac = macs.get((user.id, str(purpose)))
        if mac is not None and auth.seals.is_digest(mac, _coded(user, purpose, code)):
            return user, purpose
    raise NoProof


def _read(auth: Resources, purpose: Purpose, token: str) -> tuple[str, str]:
    try:
        subject, expires_at, state = auth.seals.read_stamp(purpose, token)
    except (BrokenSeal, ValueError):
        raise NoProof from None
    if int(expires_at) <= time.time():
        raise Expired
    return subject, state


def _state_of(user: User, purpose: Purpose) -> str:
    """Return a mark of what the link depends on: it dies when that changes."""
    state: tuple[str | None, ...]
    match purpose:
        case Purpose.CONFIRMATION:
            state = (user.email_key,)
        case Purpose.NEW_EMAIL:
            state = (user.new_email_key or user.email_key,)
        case Purpose.PASSWORD_RESET:
            state = (user.password_hash, user.owned_email_key)
    return hashlib.sha256("\0".join(each or "" for each in state).encode()).hexdigest()[:32]


def _coded(user: User, purpose: Purpose, code: str) -> str:
    """Return what the MAC of a code is made of: as its link, it dies when what it proves is no longer asked for."""
    return f"{purpose} {user.subject} {_state_of(user, purpose)} {code}"


def _lifetime(auth: Resources, purpose: Purpose) -> int:
    return auth.settings.reset_ttl if purpose is Purpose.PASSWORD_RESET else auth.settings.confirmation_ttl

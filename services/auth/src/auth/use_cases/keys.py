"""Signing keys: made, published, used, retired. A key is published before it signs and for as long as it is trusted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import COMMAND_LINE, Caller
from auth.errors import KeyNotReady
from auth.key_pairs import new_key, read_keys
from auth.models import SigningKey
from auth.resources import Resources
from auth.use_cases import audit, sealing
from auth.use_cases.sessions import TOKEN_AFTERLIFE
from quartet.retries import retried


@dataclass(frozen=True)
class Tended:
    """What `tend` did: kids, and what of it nobody can open; see `sealing`."""

    rotated: str | None
    retired: list[str]
    resealed: list[str]
    unreadable: list[str]


def ensure(auth: Resources, caller: Caller = COMMAND_LINE) -> None:
    """Import the keys of SIGNING_KEYS that were never here, and make the active and the next one where missing."""
    given = auth.settings.signing_keys
    imported = read_keys(auth.seals, given.get_secret_value()) if given is not None else []
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        for key in imported:
            if repository.keys.find(session, key.kid) is None:
                key.state = "next" if repository.keys.in_state(session, "active") else "active"
                repository.keys.add(session, key)
                audit.note(session, caller, "key.imported", kid=key.kid)
        for state in ("active", "next"):
            if not repository.keys.in_state(session, state):
                repository.keys.add(session, new_key(auth.seals, state))
        session.commit()


def listed(auth: Resources) -> list[SigningKey]:
    """Return all published keys, oldest first."""
    with auth.database.reading() as session:
        return list(repository.keys.published(session))


def tend(auth: Resources, caller: Caller = COMMAND_LINE) -> Tended:
    """Do all that time asks for: seal anew, rotate by age, retire. However often and by however many it is called."""
    sealed = sealing.reseal(auth, caller)
    return Tended(_rotate_by_age(auth, caller), retire(auth, caller), sealed.resealed, sealed.unreadable)


@retried
def rotate(auth: Resources, caller: Caller = COMMAND_LINE) -> SigningKey:
    """Let the next key sign, keep the one before it published, and publish a new next one; return the one that signs.

    Raises:
        KeyNotReady: verifiers may not have seen the next key yet.
    """
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        successor = _waiting(auth, session)
        if successor is None:
            raise KeyNotReady("There is no next key that an entry of SECRET_KEYS opens; `auth keys list` shows all.")
        ready_at = _ready_at(auth, successor)
        if datetime.now(UTC) < ready_at:
            raise KeyNotReady(f"The next key may sign from {ready_at:%Y-%m-%d %H:%M:%S} UTC on.")
        _promote(auth, session, caller, successor)
        session.commit()
    return successor


@retried
def withdraw_compromised(auth: Resources, kid: str, caller: Caller = COMMAND_LINE) -> bool:
    """Kill a key at once, with all tokens that it signed; tell whether there was one.

    Where it was the active one, its successor signs from now on, however short it has been published.
    """
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        key = repository.keys.find(session, kid)
        if key is None or key.state == "withdrawn":
            return False
        if key.state == "active":
            _promote(auth, session, caller, _waiting(auth, session) or _added(auth, session))
        repository.keys.withdraw(session, key)
        if _waiting(auth, session) is None:
            _added(auth, session)
        audit.note(session, caller, "key.withdrawn", kid=kid)
        session.commit()
    return True


@retried
def retire(auth: Resources, caller: Caller = COMMAND_LINE) -> list[str]:
    """Withdraw the keys whose last token has expired; return their names."""
    before = datetime.now(UTC) - timedelta(seconds=TOKEN_AFTERLIFE)
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        done = [
            key
            for key in repository.keys.in_state(session, "retiring")
            if key.retiring_since is not None and key.retiring_since < before
        ]
        for key in done:
            repository.keys.withdraw(session, key)
            audit.note(session, caller, "key.retired", kid=key.kid)
        session.commit()
    return [key.kid for key in done]


def replace_all(auth: Resources, session: Session, caller: Caller) -> list[str]:
    """Withdraw every key and begin with new ones, in a transaction under way; return the names of those withdrawn."""
    repository.keys.hold_all(session)
    gone = repository.keys.published(session)
    for key in gone:
        repository.keys.withdraw(session, key)
        audit.note(session, caller, "key.withdrawn", kid=key.kid)
    for state in ("active", "next"):
        repository.keys.add(session, new_key(auth.seals, state))
    return [key.kid for key in gone]


@retried
def _rotate_by_age(auth: Resources, caller: Caller) -> str | None:
    if auth.settings.key_max_age == 0:
        return None
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        born_before = now - timedelta(seconds=auth.settings.key_max_age)
        old = [key for key in repository.keys.in_state(session, "active") if signing_since(key) <= born_before]
        if not old:
            return None
        successor = _waiting(auth, session)
        ready = successor is not None and _ready_at(auth, successor) <= now
        if successor is None:
            _added(auth, session)
        elif ready:
            _promote(auth, session, caller, successor)
        session.commit()
    return successor.kid if successor is not None and ready else None


def _promote(auth: Resources, session: Session, caller: Caller, successor: SigningKey) -> None:
    now = datetime.now(UTC)
    for present in repository.keys.in_state(session, "active"):
        present.state = "retiring"
        present.retiring_since = now
    successor.state = "active"
    successor.active_since = now
    session.flush()
    if _waiting(auth, session) is None:
        _added(auth, session)
    audit.note(session, caller, "key.rotated", kid=successor.kid)


def _waiting(auth: Resources, session: Session) -> SigningKey | None:
    """Return the next key that has waited longest, of those that can be opened: another one could never sign."""
    waiting = repository.keys.in_state(session, "next")
    return next((key for key in waiting if auth.seals.opener(key.sealed_private) is not None), None)


def _added(auth: Resources, session: Session) -> SigningKey:
    key = new_key(auth.seals, "next")
    repository.keys.add(session, key)
    return key


def _ready_at(auth: Resources, key: SigningKey) -> datetime:
    return key.created_at + timedelta(seconds=auth.settings.key_publish_lead)


def signing_since(key: SigningKey) -> datetime:
    """Return since when an active key has signed."""
    return key.active_since or key.created_at

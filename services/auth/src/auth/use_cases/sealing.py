"""Sealing anew what an older entry of SECRET_KEYS has sealed, so that the entry can be dropped one day.

What no entry opens is told of and left as it is: the entry that opens it may come back.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from auth import repository
from auth.callers import COMMAND_LINE, Caller
from auth.repository import sealed
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.use_cases import audit
from quartet.retries import retried

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True)
class Sealed:
    """Something sealed, such as `key 8f14e45f`; `opener` is the place in SECRET_KEYS, from 0, of what opens it."""

    name: str
    opener: int | None


@dataclass(frozen=True)
class Resealed:
    """Names of what was sealed anew, and of what no entry opens."""

    resealed: list[str]
    unreadable: list[str]


def all_sealed(auth: Resources) -> list[Sealed]:
    """Return all that is sealed, in every table, and with what."""
    found = []
    with auth.database.reading() as session:
        for key in repository.keys.published(session):
            found.append(Sealed(f"key {key.kid}", auth.seals.opener(key.sealed_private)))
        for mail_id, text in sealed.mails(session):
            found.append(Sealed(f"mail {mail_id}", auth.seals.opener(text)))
    return found


def reseal(auth: Resources, caller: Caller = COMMAND_LINE) -> Resealed:
    """Seal with the first entry what an older one has sealed; safe beside whoever else does so, signs or sends."""
    found = all_sealed(auth)
    unreadable = [each.name for each in found if each.opener is None]
    for name in unreadable:
        log.error("no entry of SECRET_KEYS opens this", extra={"sealed": name})
    older = [each.name for each in found if each.opener]
    if older:
        _reseal_keys(auth, caller)
        ids = [int(name.removeprefix("mail ")) for name in older if name.startswith("mail ")]
        for start in range(0, len(ids), BATCH):
            _reseal_mails(auth, ids[start : start + BATCH])
    return Resealed(older, unreadable)


@retried
def _reseal_keys(auth: Resources, caller: Caller) -> None:
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        for key in repository.keys.published(session):
            if new := _resealed(auth, key.sealed_private):
                key.sealed_private = new
                audit.note(session, caller, "key.resealed", kid=key.kid)
        session.commit()


@retried
def _reseal_mails(auth: Resources, ids: Sequence[int]) -> None:
    with auth.database.writing() as session:
        for mail in sealed.hold_mails(session, ids):
            if mail.sealed_values and (new := _resealed(auth, mail.sealed_values)):
                mail.sealed_values = new
        session.commit()


def _resealed(auth: Resources, text: str) -> str | None:
    try:
        return auth.seals.resealed(text)
    except BrokenSeal:
        return None

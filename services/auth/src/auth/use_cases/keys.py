"""Signing keys: made, published, used, retired. A key is published before it signs and for as long as it is trusted."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import PyJWTError
from sqlalchemy.orm import Session

from auth import repository
from auth.errors import KeyNotReady
from auth.models import SigningKey
from auth.resources import Resources
from auth.use_cases.sessions import TOKEN_AFTERLIFE
from quartet.retries import retried
from quartet.settings import BrokenSetting

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)


def ensure(auth: Resources) -> None:
    """Import the keys of SIGNING_KEYS that are not there yet, and make the active and the next one where missing."""
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        for key in _imported(auth):
            if repository.keys.find(session, key.kid) is None:
                key.state = "next" if repository.keys.in_state(session, "active") else "active"
                repository.keys.add(session, key)
        for state in ("active", "next"):
            if repository.keys.in_state(session, state) is None:
                repository.keys.add(session, _new_key(auth, state))
        session.commit()


def listed(auth: Resources) -> list[SigningKey]:
    """Return all published keys, oldest first."""
    with auth.database.reading() as session:
        return list(repository.keys.published(session))


@retried
def rotate(auth: Resources) -> SigningKey:
    """Let the next key sign, keep the one before it published, and publish a new next one; return the one that signs.

    Raises:
        KeyNotReady: verifiers may not have seen the next key yet.
    """
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        successor = repository.keys.in_state(session, "next")
        if successor is None:
            raise KeyNotReady
        ready_at = successor.created_at + timedelta(seconds=auth.settings.key_publish_lead)
        if datetime.now(UTC) < ready_at:
            raise KeyNotReady(f"The next key may sign from {ready_at:%Y-%m-%d %H:%M:%S} UTC on.")
        _promote(auth, session, successor)
        session.commit()
    return successor


@retried
def withdraw_compromised(auth: Resources, kid: str) -> bool:
    """Kill a key at once, with all tokens that it signed; tell whether there was one.

    Where it was the active one, its successor signs from now on, however short it has been published.
    """
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        key = repository.keys.find(session, kid)
        if key is None:
            return False
        if key.state == "active":
            _promote(auth, session, repository.keys.in_state(session, "next") or _added(auth, session, "next"))
        repository.keys.remove(session, key)
        if repository.keys.in_state(session, "next") is None:
            repository.keys.add(session, _new_key(auth, "next"))
        session.commit()
    return True


@retried
def retire(auth: Resources) -> list[str]:
    """Withdraw the keys whose last token has expired; return their names."""
    before = datetime.now(UTC) - timedelta(seconds=TOKEN_AFTERLIFE)
    with auth.database.writing() as session:
        repository.keys.hold_all(session)
        done = [
            key
            for key in repository.keys.published(session)
            if key.state == "retiring" and key.retiring_since is not None and key.retiring_since < before
        ]
        for key in done:
            repository.keys.remove(session, key)
        session.commit()
    return [key.kid for key in done]


def _promote(auth: Resources, session: Session, successor: SigningKey) -> None:
    present = repository.keys.in_state(session, "active")
    if present is not None:
        present.state = "retiring"
        present.retiring_since = datetime.now(UTC)
    successor.state = "active"
    repository.keys.add(session, _new_key(auth, "next"))


def _added(auth: Resources, session: Session, state: str) -> SigningKey:
    key = _new_key(auth, state)
    repository.keys.add(session, key)
    return key


def _imported(auth: Resources) -> list[SigningKey]:
    if auth.settings.signing_keys is None:
        return []
    try:
        jwks = json.loads(auth.settings.signing_keys.get_secret_value())["keys"]
        return [_key(auth, str(jwk["kid"]), _private(jwk), "next") for jwk in jwks]
    except (ValueError, KeyError, TypeError, PyJWTError):
        raise BrokenSetting("SIGNING_KEYS: must be a private JWK Set of P-256 keys, each with a kid") from None


def _private(jwk: Any) -> ec.EllipticCurvePrivateKey:
    private = _ES256.from_jwk(jwk)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("not a private P-256 key")
    return private


def _new_key(auth: Resources, state: str) -> SigningKey:
    return _key(auth, uuid.uuid4().hex, ec.generate_private_key(ec.SECP256R1()), state)


def _key(auth: Resources, kid: str, private: ec.EllipticCurvePrivateKey, state: str) -> SigningKey:
    public = _ES256.to_jwk(private.public_key(), as_dict=True)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SigningKey(
        kid=kid,
        state=state,
        public_jwk=json.dumps({**public, "kid": kid, "use": "sig", "alg": "ES256"}),
        sealed_private=auth.seals.seal(pem),
        created_at=datetime.now(UTC),
    )

"""Key pairs that sign access tokens, as rows with a sealed private part."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import PyJWTError

from auth.models import SigningKey
from auth.seals import Seals
from quartet.settings import BrokenSetting

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)


def new_key(seals: Seals, state: str) -> SigningKey:
    """Return a new key that is not stored."""
    return _row(seals, uuid.uuid4().hex, ec.generate_private_key(ec.SECP256R1()), state)


def read_keys(seals: Seals, jwk_set: str) -> list[SigningKey]:
    """Return the keys of SIGNING_KEYS, a private JWK Set, in its order; raises BrokenSetting."""
    try:
        return [_row(seals, str(jwk["kid"]), _private(jwk), "next") for jwk in json.loads(jwk_set)["keys"]]
    except (ValueError, KeyError, TypeError, PyJWTError):
        raise BrokenSetting("SIGNING_KEYS: must be a private JWK Set of P-256 keys, each with a kid") from None


def _private(jwk: Any) -> ec.EllipticCurvePrivateKey:
    private = _ES256.from_jwk(jwk)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("not a private P-256 key")
    return private


def _row(seals: Seals, kid: str, private: ec.EllipticCurvePrivateKey, state: str) -> SigningKey:
    public = _ES256.to_jwk(private.public_key(), as_dict=True)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SigningKey(
        kid=kid,
        state=state,
        public_jwk=json.dumps({**public, "kid": kid, "use": "sig", "alg": "ES256"}),
        sealed_private=seals.seal(pem),
        created_at=datetime.now(UTC),
    )

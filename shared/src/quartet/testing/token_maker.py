"""Signing keys, and access tokens as auth makes them, or as close to that as a test wants."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

Json = dict[str, Any]
Part = Json | str | bytes

ISSUER = "quartet-auth"
AUDIENCE = "quartet"

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """An ES256 key pair with a name."""

    def __init__(self, kid: str | None = None) -> None:
        self.kid = kid or uuid.uuid4().hex
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> Json:
        public = _ES256.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "ES256"}

    @property
    def private_jwk(self) -> Json:
        return {**self.jwk, **_ES256.to_jwk(self.private, as_dict=True)}

    def sign(self, data: bytes) -> bytes:
        return _ES256.sign(data, self.private)

    def token(self, header: Json | None = None, **changes: Any) -> str:
        """Return an access token signed with this key, as `TokenMaker.token` does."""
        return TokenMaker(self).token(header, **changes)


class TokenMaker:
    """Makes access tokens as auth does, or as close to that as a test wants."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key

    def header(self, **changes: Any) -> Json:
        return _changed({"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"}, changes)

    def claims(self, **changes: Any) -> Json:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(uuid.uuid4()),
            "sid": str(uuid.uuid4()),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + 900,
            "roles": ["user"],
            "ver": 0,
            "preferred_username": "ada",
            "type": "access",
            "fresh": False,
        }
        return _changed(claims, changes)

    def token(self, header: Json | None = None, **changes: Any) -> str:
        """Return a signed token with changes to its header and claims; what is given as None is left out."""
        return self.signed(self.header(**(header or {})), self.claims(**changes))

    def signed(self, header: Part, claims: Part, sign: Callable[[bytes], bytes] | None = None) -> str:
        """Return a token of these parts, given as objects, text or bytes, signed with this key or with `sign`."""
        parts = [base64url(_octets(part)) for part in (header, claims)]
        signing_input = ".".join(parts)
        return f"{signing_input}.{base64url((sign or self.key.sign)(signing_input.encode()))}"

    def bearer(self, **changes: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**changes)}"}


def _octets(part: Part) -> bytes:
    if isinstance(part, bytes):
        return part
    return (part if isinstance(part, str) else json.dumps(part)).encode()


def _changed(members: Json, changes: Json) -> Json:
    return {name: value for name, value in {**members, **changes}.items() if value is not None}

"""Signing keys, and tokens built by hand so that a test can break any part of them."""

import base64
import json
import time
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_json(value: object) -> str:
    return encode(json.dumps(value).encode())


class Key:
    """An ES256 key pair."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self._private = ec.generate_private_key(ec.SECP256R1())
        numbers = self._private.public_key().public_numbers()
        x, y = (encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        self.public = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": "sig", "alg": "ES256"}

    def header(self, **changes: Any) -> dict[str, Any]:
        return without_none({"alg": "ES256", "kid": self.kid, "typ": "at+jwt"} | changes)

    def public_pem(self) -> bytes:
        public = self._private.public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign_der(self, signed: str) -> bytes:
        return self._private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))

    def sign(self, signed: str) -> bytes:
        r, s = decode_dss_signature(self.sign_der(signed))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def compact(self, header: str, payload: str) -> str:
        """Sign two parts that are encoded already, whatever is in them."""
        return f"{header}.{payload}.{encode(self.sign(f'{header}.{payload}'))}"

    def token(self, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """An access token; a change to None takes the claim away."""
        return self.compact(encode_json(self.header(**(header or {}))), encode_json(claims(**changes)))


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    user = str(uuid.uuid4())
    return without_none(
        {
            "iss": "quartet-auth",
            "aud": "quartet",
            "sub": user,
            "sid": str(uuid.uuid4()),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + 900,
            "roles": ["user"],
            "ver": 0,
            "preferred_username": "ada",
            "type": "access",
            "fresh": True,
        }
        | changes
    )

"""Verification of access tokens: RFC 7515, RFC 7519 and RFC 9068, read strictly.

The gateway applies the same rules in njs (gateway/njs). Whatever is wrong with a token ends in one of four errors,
all 401; only the absence of every key is a 503.
"""

import base64
import re
import threading
import time
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from jwt.exceptions import PyJWTError

from quartet.errors import Unauthenticated
from quartet.keys import Keys
from quartet.wire import read_json

LONGEST_TOKEN = 4096
LEEWAY = 30
REFUSED_HEADERS = frozenset({"crit", "jku", "jwk", "x5c", "x5u"})
BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def invalid_token(detail: str) -> str:
    """Return the challenge of RFC 6750 §3.1 for a token that was sent; the gateway writes the same."""
    return f'Bearer realm="quartet", error="invalid_token", error_description="{detail}"'


class TokenMissing(Unauthenticated):
    code = "token_missing"
    detail = "This needs an access token in the header Authorization: Bearer <token>."
    challenge = 'Bearer realm="quartet"'


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    detail = "The access token is not valid."
    challenge = invalid_token(detail)


class TokenExpired(TokenInvalid):
    code = "token_expired"
    detail = "The access token has expired; get a new one with the refresh token."
    challenge = invalid_token(detail)


class TokenRevoked(TokenInvalid):
    code = "token_revoked"
    detail = "The session of this access token has ended; log in again."
    challenge = invalid_token(detail)


Claims = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """What a token must say to be ours."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ("ES256",)


@dataclass(frozen=True)
class _Verified:
    kid: str
    claims: Claims


class Verifier:
    """Checks tokens and remembers the good ones.

    A remembered token is checked at every use against its `exp` and against the keys that are still published.
    """

    REMEMBERED = 10_000

    def __init__(self, keys: Keys, rules: Rules) -> None:
        self._keys = keys
        self._rules = rules
        self._remembered: LRUCache[str, _Verified] = LRUCache(self.REMEMBERED)
        self._lock = threading.Lock()

    def verify(self, token: str) -> Claims:
        """Return the claims of a good token.

        Raises:
            TokenInvalid: TokenExpired where time alone is the reason.
            KeysNotReady: there is no key to check any token with.
        """
        now = time.time()
        with self._lock:
            verified = self._remembered.get(token)
        if verified is None or not self._keys.is_published(verified.kid):
            verified = verify(token, self._keys, self._rules)
            with self._lock:
                self._remembered[token] = verified
        check_times(verified.claims, now)
        return verified.claims


def verify(token: str, keys: Keys, rules: Rules) -> _Verified:
    """Check everything about a token that time does not change: form, signature, claims."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise TokenInvalid
    header_part, payload_part, signature_part = token.split(".")
    header = _read_object(header_part)
    kid = check_header(header, rules.algorithms)
    signature = _read_base64url(signature_part)
    key = keys.find(kid)
    if key is None or key.algorithm_name != header["alg"]:
        raise TokenInvalid
    try:
        genuine = key.Algorithm.verify(f"{header_part}.{payload_part}".encode(), key.key, signature)
    except (PyJWTError, ValueError):
        genuine = False
    if not genuine:
        raise TokenInvalid
    claims = _read_object(payload_part)
    check_claims(claims, rules)
    return _Verified(kid, claims)


def check_header(header: Claims, algorithms: tuple[str, ...]) -> str:
    """Check the JOSE header and return its `kid`."""
    kid = header.get("kid")
    if REFUSED_HEADERS & header.keys() or header.get("typ") != "at+jwt":
        raise TokenInvalid
    if header.get("alg") not in algorithms or not _is_text(kid):
        raise TokenInvalid
    return str(kid)


def check_claims(claims: Claims, rules: Rules) -> None:
    """Check the claims whose truth does not depend on the time."""
    good = (
        claims.get("iss") == rules.issuer
        and claims.get("aud") == rules.audience
        and claims.get("type") == "access"
        and all(_is_text(claims.get(name)) for name in ("sub", "sid", "jti", "preferred_username"))
        and all(type(claims.get(name)) is int for name in ("exp", "iat", "nbf", "ver"))
        and claims["ver"] >= 0
        and isinstance(claims.get("roles"), list)
        and all(_is_text(role) for role in claims["roles"])
    )
    if not good:
        raise TokenInvalid


def check_times(claims: Claims, now: float) -> None:
    """Check `exp`, `nbf` and `iat` against `now` (epoch seconds), with LEEWAY seconds for unequal clocks."""
    if claims["exp"] + LEEWAY <= now:
        raise TokenExpired
    if max(claims["nbf"], claims["iat"]) - LEEWAY > now:
        raise TokenInvalid


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _read_base64url(text: str) -> bytes:
    """Decode base64url, canonical form only: no padding, no stray bits, so that one token has one spelling."""
    if not BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise TokenInvalid
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise TokenInvalid
    return data


def _read_object(part: str) -> Claims:
    try:
        value = read_json(_read_base64url(part))
    except ValueError:
        raise TokenInvalid from None
    if not isinstance(value, dict):
        raise TokenInvalid
    return value

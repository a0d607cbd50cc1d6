"""The signing keys of this process, read again and again: a rotation needs no restart."""

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWK

from auth import repository
from auth.seals import BrokenSeal, Seals
from quartet.database import Database
from quartet.keys import KeysNotReady

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Signer:
    """The key that signs now."""

    kid: str
    private: EllipticCurvePrivateKey


@dataclass(frozen=True)
class _Ring:
    public: dict[str, PyJWK]
    document: dict[str, Any]
    signer: Signer


class Keyring:
    """Follows the key table. It is auth's own `quartet.keys.Keys`."""

    MAX_AGE = 0.25  # a key that was withdrawn must be gone from the published set within a second

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals
        self._ring: _Ring | None = None
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, kid: str) -> PyJWK | None:
        return self._current().public.get(kid)

    def is_published(self, kid: str) -> bool:
        return kid in self._current().public

    def signer(self) -> Signer:
        """Return the key to sign with; raises KeysNotReady before the first migration."""
        return self._current().signer

    def jwk_set(self) -> dict[str, Any]:
        """Return the published JWK Set."""
        return self._current().document

    def _current(self) -> _Ring:
        if self._ring is None or time.monotonic() - self._read_at > self.MAX_AGE:
            with self._lock:
                if self._ring is None or time.monotonic() - self._read_at > self.MAX_AGE:
                    self._ring = self._read()
                    self._read_at = time.monotonic()
        return self._ring

    def _read(self) -> _Ring:
        with self._database.reading() as session:
            rows = repository.keys.published(session)
        active = next((row for row in rows if row.state == "active"), None)
        if active is None:
            raise KeysNotReady
        try:
            pem = self._seals.unseal(active.sealed_private)
        except BrokenSeal:
            log.error("the signing keys are sealed with a secret that SECRET_KEYS does not have")
            raise KeysNotReady from None
        private = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(private, EllipticCurvePrivateKey):
            raise TypeError("a signing key is no EC key")
        jwks = [json.loads(row.public_jwk) for row in rows]
        return _Ring({jwk["kid"]: PyJWK(jwk) for jwk in jwks}, {"keys": jwks}, Signer(active.kid, private))

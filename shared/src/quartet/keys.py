"""Public keys: reading a JWK Set (RFC 7517), and following the one that auth publishes."""

import functools
import json
import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import requests
from jwt import PyJWK
from jwt.exceptions import PyJWTError
from prometheus_client import Counter, Gauge

from quartet import peers
from quartet.errors import Unavailable
from quartet.outcomes import FAILED, OK, begin_at_zero

log = logging.getLogger(__name__)

KEY_TYPES = {"ES256": {"kty": "EC", "crv": "P-256"}, "RS256": {"kty": "RSA"}}
SHORTEST_RSA_KEY = 2048  # bits

FETCHES = Counter("quartet_jwks_fetches", "Tries to fetch the keys that auth publishes.", ["outcome"])


@functools.cache
def _refreshed() -> Gauge:
    """The gauge, made at the first fetch: until then there is no time to tell, and 0 would be the oldest of all."""
    return Gauge(
        "quartet_jwks_refreshed_timestamp_seconds",
        "When keys were last fetched: of all workers that did, the longest ago.",
        multiprocess_mode="livemin",
    )


class KeysNotReady(Unavailable):
    code = "not_ready"
    detail = "The keys that tokens are checked with are not loaded yet. Try again in a moment."


class Keys(Protocol):
    """Where a verifier finds the public keys of access tokens."""

    def find(self, kid: str) -> PyJWK | None:
        """Return the published key named `kid`, or None; raises KeysNotReady when there are no keys at all."""

    def is_published(self, kid: str) -> bool:
        """Tell whether `kid` is still published; a cheap call, made for every request."""


def read_jwk_set(document: Any, algorithms: tuple[str, ...]) -> dict[str, PyJWK]:
    """Return the usable keys of a JWK Set by their `kid`.

    A key is usable when its type, curve, use and algorithm say that it verifies one of `algorithms`; others are left
    out. Raises ValueError when none is usable, when a `kid` stands twice, or when this is no JWK Set.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JWK Set")
    found: dict[str, PyJWK] = {}
    for jwk in document["keys"]:
        if not _usable(jwk, algorithms):
            continue
        if jwk["kid"] in found:
            raise ValueError("a kid stands twice")
        try:
            key = PyJWK(jwk)
        except (PyJWTError, ValueError):
            continue
        if key.algorithm_name == "ES256" or key.key.key_size >= SHORTEST_RSA_KEY:
            found[jwk["kid"]] = key
    if not found:
        raise ValueError("no usable key")
    return found


def _usable(jwk: Any, algorithms: tuple[str, ...]) -> bool:
    if not isinstance(jwk, dict) or jwk.get("alg") not in algorithms or jwk.get("use") != "sig" or "d" in jwk:
        return False
    if not isinstance(jwk.get("kid"), str) or not jwk["kid"]:
        return False
    return all(jwk.get(member) == value for member, value in KEY_TYPES[jwk["alg"]].items())


class RemoteKeys:
    """The JWK Set that auth publishes, kept in memory and, for a start while auth is down, on disk.

    It is fetched again every `MAX_AGE` seconds and once for an unknown `kid`, by one thread at a time. A fetch that
    fails, or brings nothing usable, changes nothing: the last good keys stay.
    """

    MAX_AGE = 300.0
    RETRY = 5.0
    UNKNOWN_KID_PAUSE = 1.0
    TIMEOUT = (1.0, 2.0)

    def __init__(self, url: str, copy: Path, algorithms: tuple[str, ...]) -> None:
        self._url = url
        self._copy = copy
        self._algorithms = algorithms
        self._keys: Mapping[str, PyJWK] = {}
        self._fetch_at = 0.0
        self._asked_at = float("-inf")
        self._lock = threading.Lock()
        begin_at_zero(FETCHES, (OK, FAILED))

    def find(self, kid: str) -> PyJWK | None:
        self._follow()
        if kid not in self._keys:
            self._ask_for_unknown()
        return self._keys.get(kid)

    def is_published(self, kid: str) -> bool:
        self._follow()
        return kid in self._keys

    def _follow(self) -> None:
        if not self._keys:
            with self._lock:
                self._load()
        elif time.monotonic() >= self._fetch_at and self._lock.acquire(blocking=False):
            # One thread fetches, the others go on with the keys at hand.
            try:
                self._fetch()
            finally:
                self._lock.release()

    def _load(self) -> None:
        if not self._keys and time.monotonic() >= self._fetch_at:
            self._fetch()
        if not self._keys:
            self._read_copy()
        if not self._keys:
            raise KeysNotReady

    def _ask_for_unknown(self) -> None:
        seen = self._keys
        with self._lock:
            # Another thread may have fetched while this one waited; strangers' kids must not become load on auth.
            if self._keys is not seen or time.monotonic() < self._asked_at + self.UNKNOWN_KID_PAUSE:
                return
            self._asked_at = time.monotonic()
            self._fetch()

    def _fetch(self) -> None:
        try:
            answer = peers.get(self._url, timeout=self.TIMEOUT)
            answer.raise_for_status()
            self._keys = read_jwk_set(answer.json(), self._algorithms)
        except (requests.RequestException, ValueError):
            self._fetch_at = time.monotonic() + self.RETRY
            FETCHES.labels(FAILED).inc()
            return
        self._fetch_at = time.monotonic() + self.MAX_AGE
        FETCHES.labels(OK).inc()
        _refreshed().set_to_current_time()
        self._write_copy(answer.text)

    def _write_copy(self, text: str) -> None:
        fresh = self._copy.with_suffix(f".{threading.get_native_id()}")
        try:
            fresh.write_text(text)
            fresh.replace(self._copy)
        except OSError as error:
            # Only a start while auth is down needs the copy.
            log.warning("no copy of the keys could be written", extra={"reason": str(error)})

    def _read_copy(self) -> None:
        try:
            self._keys = read_jwk_set(json.loads(self._copy.read_text()), self._algorithms)
        except (OSError, ValueError):
            return

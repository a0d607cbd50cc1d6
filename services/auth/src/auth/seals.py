"""What SECRET_KEYS are for: sealing what we store, and stamping what we hand out.

A *seal* hides and protects (Fernet: AES-CBC with HMAC). A *stamp* is text that anybody can read and only we can make:
`<purpose>.<key>.<field>…<field>.<HMAC-SHA256>`. The first secret writes, all of them read.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class BrokenSeal(Exception):
    """The text was not sealed or stamped by us, or with a secret that is gone."""


class Seals:
    def __init__(self, secrets: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(each, "seal"))) for each in secrets])
        self._stamp_keys = {_name(key): key for key in (_derive(each, "stamp") for each in secrets)}
        self._writing = next(iter(self._stamp_keys))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Return what was sealed; raises BrokenSeal."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise BrokenSeal from None

    def stamp(self, purpose: str, *fields: str) -> str:
        """Return a stamp over `fields`, none of which may hold a dot."""
        body = ".".join((purpose, self._writing, *fields))
        return f"{body}.{_mac(self._stamp_keys[self._writing], body)}"

    def read_stamp(self, purpose: str, stamp: str) -> list[str]:
        """Return the fields of a stamp made for `purpose`; raises BrokenSeal."""
        body, _, mac = stamp.rpartition(".")
        found, _, rest = body.partition(".")
        name, _, fields = rest.partition(".")
        key = self._stamp_keys.get(name)
        if key is None or found != purpose or not hmac.compare_digest(_mac(key, body).encode(), mac.encode()):
            raise BrokenSeal
        return fields.split(".")


def _derive(secret: str, use: str) -> bytes:
    return hmac.digest(secret.encode(), f"quartet {use}".encode(), "sha256")


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _mac(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(errors="surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

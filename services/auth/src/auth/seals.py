"""What SECRET_KEYS are for: sealing what we store, and stamping what we hand out.

A *seal* hides and protects (Fernet: AES-CBC with HMAC). A *stamp* is text that anybody can read and only we can make:
`<purpose>.<key>.<field>…<field>.<HMAC-SHA256>`. A *digest* stands for a text that must not be stored. The first secret
writes, all of them read.
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
        self._fernets = [Fernet(base64.urlsafe_b64encode(_derive(each, "seal"))) for each in secrets]
        self._stamp_keys = {_name(_derive(each, "stamp")): _derive(each, "stamp") for each in secrets}
        self._digest_keys = {_name(_derive(each, "stamp")): _derive(each, "digest") for each in secrets}
        self._writing = next(iter(self._stamp_keys))

    def seal(self, text: str) -> str:
        return self._fernets[0].encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Return what was sealed; raises BrokenSeal."""
        try:
            return MultiFernet(self._fernets).decrypt(sealed).decode()
        except InvalidToken:
            raise BrokenSeal from None

    def opener(self, sealed: str) -> int | None:
        """Return the place of the secret that opens this, 0 for the first; None when there is none."""
        for place, fernet in enumerate(self._fernets):
            try:
                fernet.decrypt(sealed)
            except InvalidToken:
                continue
            return place
        return None

    def resealed(self, sealed: str) -> str | None:
        """Return this sealed with the first secret; None when it is already. Raises BrokenSeal."""
        return None if self.opener(sealed) == 0 else self.seal(self.unseal(sealed))

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

    def digest(self, text: str) -> str:
        """Return `<key>.<HMAC-SHA256>` of a text, 52 characters long; without our secrets it tells nothing."""
        return f"{self._writing}.{_mac(self._digest_keys[self._writing], text)}"

    def is_digest(self, digest: str, text: str) -> bool:
        """Tell whether this is the digest of the text, made with any of our secrets."""
        name, _, mac = digest.partition(".")
        key = self._digest_keys.get(name)
        return key is not None and hmac.compare_digest(_mac(key, text).encode(), mac.encode())


def _derive(secret: str, use: str) -> bytes:
    return hmac.digest(secret.encode(), f"quartet {use}".encode(), "sha256")


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _mac(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(errors="surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

"""The Idempotency-Key header: a request that is sent again is answered again, and done once.

Source: draft-ietf-httpapi-idempotency-key-header. A service keeps, for the caller and the key, the fingerprint of what
was asked and the answer; how it does so in one step is the matter of its store.
"""

import hashlib
import re

from flask import request

from quartet.errors import Conflict, FieldError, InvalidInput
from quartet.openapi import View, problems_of, takes_header

HEADER = "Idempotency-Key"
LIFETIME = 24 * 60 * 60  # seconds for which an answer is kept
REPLAYED = {"Idempotency-Replayed": "true"}
"""What an answer carries that was given before."""

LONGEST = 255
QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')  # a string of RFC 9651 §3.3.3
BARE = re.compile(r"[!#-+\--\[\]-~]+")  # no space, quote, backslash or comma: servers join two lines with one


class IdempotencyKeyReused(InvalidInput):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(FieldError(HEADER, "was used for another request; take a new key for a new request"))


class IdempotencyInProgress(Conflict):
    code = "idempotency_in_progress"
    detail = "The first request with this Idempotency-Key has not been answered yet."


def takes_idempotency_key(view: View) -> View:
    """Say of a view that it heeds the header and refuses a key used otherwise; the other error it says itself."""
    described = takes_header(
        HEADER,
        f"1 to {LONGEST} characters that nobody guesses, such as a UUID. For {LIFETIME // 3600} hours the same key "
        "with the same request gets the first answer again, with `Idempotency-Replayed: true`; nothing is done twice.",
    )
    return problems_of(IdempotencyKeyReused)(described(view))


def idempotency_key() -> str | None:
    """Return the key of the present request, None where there is none.

    The draft writes a key as a quoted string, most clients without the quotes: both are the same key.

    Raises:
        InvalidInput: it is empty, too long, given twice, or has other characters than printable ones of ASCII.
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    text = sent.strip(" \t")
    if found := QUOTED.fullmatch(text):
        key = re.sub(r"\\(.)", r"\1", found[1])
    else:
        key = text if BARE.fullmatch(text) else ""
    if not 1 <= len(key) <= LONGEST:
        rule = f"must be one key of 1 to {LONGEST} printable ASCII characters"
        raise InvalidInput(FieldError(HEADER, f"{rule}; without quotes: no space, comma, quote or backslash"))
    return key


def fingerprint(*parts: bytes | str) -> str:
    """Return the SHA-256 of what was asked, in hex; each part with its length, so that none runs into the next."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()

"""The public keys that access tokens are checked with."""

from hashlib import sha256

from flask import Response, jsonify

from auth.routes.current import auth
from quartet.guard import public
from quartet.keys import KeysNotReady
from quartet.openapi import Blueprint, Document, problems_of

blueprint = Blueprint("keys", __name__, tag="Keys")

MAX_AGE = 300
EXAMPLE: Document = {
    "keys": [{"kty": "EC", "crv": "P-256", "x": "MKBC…", "y": "4Etl…", "kid": "8f14e45f", "use": "sig", "alg": "ES256"}]
}
ANSWER: dict[int | str, Document] = {
    200: {
        "description": "A JWK Set (RFC 7517).",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["keys"],
                    "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
                },
                "example": EXAMPLE,
            }
        },
    }
}


@blueprint.get("/.well-known/jwks.json")
@public
@problems_of(KeysNotReady)
@blueprint.doc(responses=ANSWER)
def show_keys() -> Response:
    """Show the public keys."""
    answer = _document()
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return answer


def digest() -> str | None:
    """Return the SHA-256 of the published document in hex, or None while there is none."""
    try:
        return sha256(_document().get_data()).hexdigest()
    except KeysNotReady:
        return None


def _document() -> Response:
    return jsonify(auth().keyring.jwk_set())

"""The public keys that access tokens are checked with."""

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
    answer = jsonify(auth().keyring.jwk_set())
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return answer

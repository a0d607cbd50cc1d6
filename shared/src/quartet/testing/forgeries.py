"""Every way we know to forge an access token. All but the one thing that a forgery is named for is genuine."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from quartet.testing.token_maker import SigningKey, TokenMaker, base64url

Forgery = Callable[[TokenMaker], str]


def _with_header(**changes: Any) -> Forgery:
    return lambda maker: maker.token(header=changes)


def _with_claims(**changes: Any) -> Forgery:
    return lambda maker: maker.token(**changes)


def _hs256_with_the_public_key(maker: TokenMaker) -> str:
    pem = maker.key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return maker.signed(maker.header(alg="HS256"), maker.claims(), lambda data: hmac.digest(pem, data, hashlib.sha256))


def _rs256(maker: TokenMaker) -> str:
    key = rsa.generate_private_key(65537, 2048)
    return maker.signed(
        maker.header(alg="RS256"),
        maker.claims(),
        lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()),
    )


def _embedded_key(maker: TokenMaker) -> str:
    own = SigningKey(maker.key.kid)
    return maker.signed(maker.header(jwk=own.jwk), maker.claims(), own.sign)


def _other_spelling_of_the_last_bits(maker: TokenMaker) -> str:
    # 64 bytes leave four unused bits in the last of 86 characters.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = maker.token()
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


def _changed_claims(maker: TokenMaker) -> str:
    header, _, signature = maker.token().split(".")
    return f"{header}.{base64url(json.dumps(maker.claims(roles=['admin'])).encode())}.{signature}"


def _doubled(member: str) -> Forgery:
    def forge(maker: TokenMaker) -> str:
        claims = maker.claims()
        text = json.dumps(claims)
        return maker.signed(maker.header(), f'{text[:-1]}, "{member}": {json.dumps(claims[member])}}}')

    return forge


def _der_signature(maker: TokenMaker) -> str:
    return maker.signed(
        maker.header(), maker.claims(), lambda data: maker.key.private.sign(data, ec.ECDSA(hashes.SHA256()))
    )


def _with_more(header: str = "", claims: str = "") -> Forgery:
    """Members as JSON text behind those that belong there."""
    return lambda maker: maker.signed(
        json.dumps(maker.header())[:-1] + header + "}", json.dumps(maker.claims())[:-1] + claims + "}"
    )


def _soon(seconds: int) -> int:
    return int(time.time()) + seconds


FORGERIES: dict[str, Forgery] = {
    "no token at all": lambda _: "",
    "no JWT": lambda _: "a.b.c",
    "only dots": lambda _: "..",
    "two parts": lambda maker: maker.token().rsplit(".", 1)[0],
    "four parts": lambda maker: maker.token() + ".AAAA",
    "alg none, unsigned": lambda maker: maker.signed(maker.header(alg="none"), maker.claims(), lambda _: b""),
    "alg none": _with_header(alg="none"),
    "alg NONE": lambda maker: maker.signed(maker.header(alg="NONE"), maker.claims(), lambda _: b""),
    "alg in small letters": _with_header(alg="es256"),
    "alg empty": _with_header(alg=""),
    "alg left out": _with_header(alg=None),
    "alg a list": _with_header(alg=["ES256"]),
    "HS256 with the public key": _hs256_with_the_public_key,
    "RS256": _rs256,
    "ES384": _with_header(alg="ES384"),
    "another key, same kid": lambda maker: maker.signed(maker.header(), maker.claims(), SigningKey(maker.key.kid).sign),
    "unknown kid": _with_header(kid="unknown"),
    "kid left out": _with_header(kid=None),
    "kid a number": _with_header(kid=1),
    "kid empty": _with_header(kid=""),
    "kid a list": lambda maker: maker.token(header={"kid": [maker.key.kid]}),
    "kid a name of JavaScript's": _with_header(kid="__proto__"),
    "kid a path": _with_header(kid="../../dev/null"),
    "embedded jwk": _embedded_key,
    "embedded jwk of the true key": lambda maker: maker.token(header={"jwk": maker.key.jwk}),
    "jku": _with_header(jku="https://example.org/jwks.json"),
    "x5u": _with_header(x5u="https://example.org/chain.pem"),
    "x5c": _with_header(x5c=["AAAA"]),
    "crit": _with_header(crit=["exp"]),
    "crit empty": _with_header(crit=[]),
    "payload not encoded": _with_header(b64=False, crit=["b64"]),
    "typ JWT": _with_header(typ="JWT"),
    "typ of a refresh token": _with_header(typ="refresh+jwt"),
    "typ left out": _with_header(typ=None),
    "header no object": lambda maker: maker.signed("[]", maker.claims()),
    "header no JSON": lambda maker: maker.signed("{alg:", maker.claims()),
    "header alg twice": _with_more(header=', "alg": "ES256"'),
    "header alg twice, once escaped": _with_more(header=', "\\u0061lg": "ES256"'),
    "claims nothing": lambda maker: maker.signed(maker.header(), b""),
    "claims null": lambda maker: maker.signed(maker.header(), "null"),
    "claims empty": lambda maker: maker.signed(maker.header(), "{}"),
    "claims after a byte order mark": lambda maker: maker.signed(
        maker.header(), b"\xef\xbb\xbf" + json.dumps(maker.claims()).encode()
    ),
    "claims not UTF-8": lambda maker: maker.signed(
        maker.header(), json.dumps(maker.claims(note="X")).encode().replace(b"X", b"\xff")
    ),
    "claims no object": lambda maker: maker.signed(maker.header(), '"text"'),
    "claims nested deeply": lambda maker: maker.signed(maker.header(), "[" * 2000 + "]" * 2000),
    "claims changed": _changed_claims,
    "member twice in claims": _doubled("sub"),
    "member twice far inside": _with_more(claims=', "extra": [{"a": 1, "\\u0061": 2}]'),
    "expired twice": _doubled("exp"),
    "signature empty": lambda maker: maker.signed(maker.header(), maker.claims(), lambda _: b""),
    "signature short": lambda maker: maker.signed(maker.header(), maker.claims(), lambda d: maker.key.sign(d)[:-1]),
    "signature long": lambda maker: maker.signed(maker.header(), maker.claims(), lambda d: maker.key.sign(d) + b"\0"),
    "signature of two": lambda maker: maker.signed(maker.header(), maker.claims(), lambda d: maker.key.sign(d) * 2),
    "signature in DER": _der_signature,
    "signature all ones": lambda maker: maker.signed(maker.header(), maker.claims(), lambda _: b"\xff" * 64),
    "signature all zero": lambda maker: maker.signed(maker.header(), maker.claims(), lambda _: bytes(64)),
    "padding": lambda maker: maker.token() + "==",
    "stray bits": _other_spelling_of_the_last_bits,
    "standard alphabet": lambda maker: maker.token().replace("-", "+").replace("_", "/") + "+",
    "space inside": lambda maker: maker.token().replace(".", ". ", 1),
    "too long": lambda maker: maker.token(padding="x" * 4096),
    "expired": lambda maker: maker.token(exp=_soon(-31)),
    "not yet valid": lambda maker: maker.token(nbf=_soon(60)),
    "issued in the future": lambda maker: maker.token(iat=_soon(60)),
    "exp a text": _with_claims(exp="9999999999"),
    "exp a fraction": lambda maker: maker.token(exp=_soon(900) + 0.5),
    "exp infinite": lambda maker: maker.signed(
        maker.header(), json.dumps(maker.claims(exp=0)).replace('"exp": 0', '"exp": 1e400')
    ),
    "exp true": _with_claims(exp=True),
    "iat a text": _with_claims(iat="0"),
    "wrong issuer": _with_claims(iss="somebody"),
    "wrong audience": _with_claims(aud="somebody"),
    "audience a list of others": _with_claims(aud=["somebody", "else"]),
    "no audience": _with_claims(aud=None),
    "sub empty": _with_claims(sub=""),
    "sub a number": _with_claims(sub=7),
    "sid empty": _with_claims(sid=""),
    "jti a number": _with_claims(jti=7),
    "ver a text": _with_claims(ver="0"),
    "ver negative": _with_claims(ver=-1),
    "ver a fraction": _with_claims(ver=0.5),
    "roles a text": _with_claims(roles="admin"),
    "roles of numbers": _with_claims(roles=[1]),
    "roles an object": _with_claims(roles={"admin": True}),
    "refresh used as access": _with_claims(type="refresh"),
    **{f"no {name}": _with_claims(**{name: None}) for name in ("iss", "sub", "sid", "jti", "exp", "iat", "nbf", "ver")},
    "an opaque refresh token": lambda _: "qr1.key.session.1.mac",
}

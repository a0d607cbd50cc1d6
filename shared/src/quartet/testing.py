"""pytest plugin: a stand-in for auth (keys and feed over real HTTP), good tokens, and every forgery we know.

Load it with `-p quartet.testing`. A service's tests take `auth_server` for its address, `tokens` to make tokens with,
and `forged_token`, which runs the test once for each forgery.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from jwt.algorithms import ECAlgorithm
from werkzeug import Request, Response
from werkzeug.serving import make_server

Json = dict[str, Any]

ISSUER = "quartet-auth"
AUDIENCE = "quartet"
INTERNAL_SECRET = "internal-secret-of-the-tests-0123456789"

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """An ES256 key pair with a name."""

    def __init__(self, kid: str | None = None) -> None:
        self.kid = kid or uuid.uuid4().hex
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> Json:
        public = _ES256.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "ES256"}

    @property
    def private_jwk(self) -> Json:
        return {**self.jwk, **_ES256.to_jwk(self.private, as_dict=True)}

    def sign(self, data: bytes) -> bytes:
        return _ES256.sign(data, self.private)


class TokenMaker:
    """Makes access tokens as auth does, or as close to that as a test wants."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key

    def header(self, **changes: Any) -> Json:
        return _changed({"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"}, changes)

    def claims(self, **changes: Any) -> Json:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(uuid.uuid4()),
            "sid": str(uuid.uuid4()),
            "jti": str(uuid.uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + 900,
            "roles": ["user"],
            "ver": 0,
            "preferred_username": "ada",
            "type": "access",
            "fresh": False,
        }
        return _changed(claims, changes)

    def token(self, **changes: Any) -> str:
        """Return a signed token; a claim given as None is left out."""
        return self.signed(self.header(), self.claims(**changes))

    def signed(self, header: Json | str, claims: Json | str, sign: Callable[[bytes], bytes] | None = None) -> str:
        """Return a token of these parts, given as objects or as JSON text, signed with this key or with `sign`."""
        parts = [base64url((part if isinstance(part, str) else json.dumps(part)).encode()) for part in (header, claims)]
        signing_input = ".".join(parts)
        return f"{signing_input}.{base64url((sign or self.key.sign)(signing_input.encode()))}"

    def bearer(self, **changes: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**changes)}"}


def _changed(members: Json, changes: Json) -> Json:
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


Forgery = Callable[[TokenMaker], str]


def _with_header(**changes: Any) -> Forgery:
    return lambda maker: maker.signed(maker.header(**changes), maker.claims())


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


def _soon(seconds: int) -> int:
    return int(time.time()) + seconds


FORGERIES: dict[str, Forgery] = {
    "no token at all": lambda _: "",
    "no JWT": lambda _: "a.b.c",
    "two parts": lambda maker: maker.token().rsplit(".", 1)[0],
    "four parts": lambda maker: maker.token() + ".AAAA",
    "alg none, unsigned": lambda maker: maker.signed(maker.header(alg="none"), maker.claims(), lambda _: b""),
    "alg none": _with_header(alg="none"),
    "alg left out": _with_header(alg=None),
    "alg a list": _with_header(alg=["ES256"]),
    "HS256 with the public key": _hs256_with_the_public_key,
    "RS256": _rs256,
    "ES384": _with_header(alg="ES384"),
    "another key, same kid": lambda maker: maker.signed(maker.header(), maker.claims(), SigningKey(maker.key.kid).sign),
    "unknown kid": _with_header(kid="unknown"),
    "kid left out": _with_header(kid=None),
    "kid a number": _with_header(kid=1),
    "kid a path": _with_header(kid="../../dev/null"),
    "embedded jwk": _embedded_key,
    "jku": _with_header(jku="https://example.org/jwks.json"),
    "x5u": _with_header(x5u="https://example.org/chain.pem"),
    "x5c": _with_header(x5c=["AAAA"]),
    "crit": _with_header(crit=["exp"]),
    "typ JWT": _with_header(typ="JWT"),
    "typ left out": _with_header(typ=None),
    "header no object": lambda maker: maker.signed("[]", maker.claims()),
    "header no JSON": lambda maker: maker.signed("{alg:", maker.claims()),
    "claims no object": lambda maker: maker.signed(maker.header(), '"text"'),
    "claims nested deeply": lambda maker: maker.signed(maker.header(), "[" * 2000 + "]" * 2000),
    "claims changed": _changed_claims,
    "member twice in claims": _doubled("sub"),
    "expired twice": _doubled("exp"),
    "signature empty": lambda maker: maker.signed(maker.header(), maker.claims(), lambda _: b""),
    "signature short": lambda maker: maker.signed(maker.header(), maker.claims(), lambda d: maker.key.sign(d)[:-1]),
    "signature long": lambda maker: maker.signed(maker.header(), maker.claims(), lambda d: maker.key.sign(d) + b"\0"),
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
    "refresh used as access": _with_claims(type="refresh"),
    **{f"no {name}": _with_claims(**{name: None}) for name in ("iss", "sub", "sid", "jti", "exp", "iat", "nbf", "ver")},
    "an opaque refresh token": lambda _: "qr1.key.session.1.mac",
}


class AuthServer:
    """A real HTTP server with auth's two inner answers: the JWK Set and the feed; both can be changed at any time."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self.keys = keys
        self.events: list[Json] = []
        self.feed_nonce = uuid.uuid4().hex
        self.key_requests = 0
        self.failing = False
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def append(self, kind: str, subject: str, value: str | None = None) -> None:
        """Append an event to the feed."""
        now = int(time.time())
        self.events.append(
            {
                "id": len(self.events) + 1,
                "type": kind,
                "subject": subject,
                "value": value,
                "created_at": now,
                "expires_at": now + 3630,
            }
        )

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        response = Response(status=503) if self.failing else self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path == "/.well-known/jwks.json":
            self.key_requests += 1
            return _json({"keys": [key.jwk for key in self.keys]})
        if request.path == "/internal/feed" and request.headers.get("Authorization") == f"Bearer {INTERNAL_SECRET}":
            return _json(self._page(request.args["after"], int(request.args.get("limit", 1000))))
        return Response(status=404)

    def _page(self, after: str, limit: int) -> Json:
        now = int(time.time())
        position, _, nonce = after.partition(".")
        if after != "0" and nonce != self.feed_nonce:
            return {"now": now, "items": [], "next": "0", "more": False, "reset": True}
        rest = self.events[int(position) :]
        items = rest[:limit]
        cursor = f"{items[-1]['id']}.{self.feed_nonce}" if items else after
        return {"now": now, "items": items, "next": cursor, "more": len(rest) > limit, "reset": False}


def _json(value: Json) -> Response:
    return Response(json.dumps(value), content_type="application/json")


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey()


@pytest.fixture(scope="session")
def tokens(signing_key: SigningKey) -> TokenMaker:
    return TokenMaker(signing_key)


@pytest.fixture
def auth_server(signing_key: SigningKey) -> Iterator[AuthServer]:
    server = AuthServer([signing_key])
    yield server
    server.close()


@pytest.fixture(params=FORGERIES)
def forged_token(request: pytest.FixtureRequest, tokens: TokenMaker) -> str:
    """One forgery after the other."""
    return FORGERIES[request.param](tokens)

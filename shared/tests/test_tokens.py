"""The one verifier: what it takes, and that it refuses everything else."""

import json
import string
import time
from typing import Any
from unittest.mock import Mock

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from quartet import tokens as verification
from quartet.keys import KeysNotReady
from quartet.testing import AUDIENCE, ISSUER, SigningKey, TokenMaker
from quartet.tokens import LONGEST_TOKEN, Rules, TokenExpired, TokenInvalid, Verifier
from shared.tests.held_keys import HeldKeys

KEY = SigningKey()
MAKER = TokenMaker(KEY)
RULES = Rules(ISSUER, AUDIENCE)
CHARACTERS = string.ascii_letters + string.digits + "-_.=+/ "

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


class RSASigningKey(SigningKey):
    def __init__(self) -> None:
        super().__init__()
        self._rsa = rsa.generate_private_key(65537, 2048)

    @property
    def jwk(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self._rsa.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "RS256"}

    def sign(self, data: bytes) -> bytes:
        return self._rsa.sign(data, padding.PKCS1v15(), hashes.SHA256())


def verifier(*keys: SigningKey) -> Verifier:
    return Verifier(HeldKeys(*(keys or (KEY,))), RULES)


def test_a_good_token_gives_its_claims() -> None:
    claims = verifier().verify(MAKER.token(sub="ada", roles=["admin"]))
    assert (claims["sub"], claims["roles"]) == ("ada", ["admin"])


def test_a_forgery_is_refused(forged_token: str, tokens: TokenMaker) -> None:
    with pytest.raises(TokenInvalid):
        verifier(tokens.key).verify(forged_token)


@given(data=st.data())
def test_a_token_with_one_other_character_is_refused(data: st.DataObject) -> None:
    token = MAKER.token()
    position = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.sampled_from(CHARACTERS).filter(lambda each: each != token[position]))
    with pytest.raises(TokenInvalid):
        verifier().verify(token[:position] + character + token[position + 1 :])


@given(data=st.binary(min_size=1, max_size=40))
def test_bytes_have_one_spelling(data: bytes) -> None:
    assert verification._read_base64url(base64url_encode(data).decode()) == data


@given(text=st.text(alphabet=CHARACTERS, min_size=1, max_size=12))
def test_what_is_read_is_written_the_same(text: str) -> None:
    try:
        data = verification._read_base64url(text)
    except TokenInvalid:
        return
    assert base64url_encode(data).decode() == text


@given(text=st.text(max_size=200) | st.text(alphabet=CHARACTERS, max_size=200))
def test_any_text_is_refused_in_an_orderly_way(text: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier().verify(text)


@given(header=json_values, claims=json_values)
def test_any_signed_json_is_refused_in_an_orderly_way(header: Any, claims: Any) -> None:
    with pytest.raises(TokenInvalid):
        verifier().verify(MAKER.signed(json.dumps(header), json.dumps(claims)))


@given(claim=st.sampled_from(sorted(MAKER.claims())), value=json_values)
def test_a_genuine_token_with_a_strange_claim_never_breaks_the_verifier(claim: str, value: Any) -> None:
    claims = MAKER.claims() | {claim: value}
    try:
        assert verifier().verify(MAKER.signed(MAKER.header(), json.dumps(claims)))
    except TokenInvalid:
        return


@given(member=st.sampled_from(["alg", "kid", "typ"]), value=json_values)
def test_a_strange_header_is_refused(member: str, value: Any) -> None:
    header = MAKER.header() | {member: value}
    if header == MAKER.header():
        return
    with pytest.raises(TokenInvalid):
        verifier().verify(MAKER.signed(json.dumps(header), json.dumps(MAKER.claims())))


@pytest.mark.parametrize("number", ["1e9999999999999999999", "-0.0", "1e400"])
def test_a_number_out_of_all_bounds_is_refused(number: str) -> None:
    for header, claims in (
        (f'{{"alg": {number}}}', json.dumps(MAKER.claims())),
        (json.dumps(MAKER.header()), json.dumps(MAKER.claims(exp=0)).replace('"exp": 0', f'"exp": {number}')),
        (json.dumps(MAKER.header()), json.dumps(MAKER.claims(iat=0)).replace('"iat": 0', f'"iat": {number}')),
    ):
        with pytest.raises(TokenInvalid):
            verifier().verify(MAKER.signed(header, claims))


def test_a_token_may_have_4096_characters() -> None:
    room = LONGEST_TOKEN - len(MAKER.token(padding=""))
    longest = max(
        (MAKER.token(padding="x" * (room * 3 // 4 + more)) for more in (-1, 0, 1)),
        key=lambda token: len(token) if len(token) <= LONGEST_TOKEN else 0,
    )
    assert LONGEST_TOKEN - len(longest) < 2
    assert verifier().verify(longest)


def test_rs256_is_taken_where_it_is_asked_for() -> None:
    key = RSASigningKey()
    maker = TokenMaker(key)
    token = maker.signed(maker.header(alg="RS256"), maker.claims())
    assert Verifier(HeldKeys(key), Rules(ISSUER, AUDIENCE, ("ES256", "RS256"))).verify(token)
    with pytest.raises(TokenInvalid):
        Verifier(HeldKeys(key), RULES).verify(token)


def test_a_key_verifies_no_algorithm_but_its_own() -> None:
    both = Rules(ISSUER, AUDIENCE, ("ES256", "RS256"))
    with pytest.raises(TokenInvalid):
        Verifier(HeldKeys(KEY), both).verify(MAKER.signed(MAKER.header(alg="RS256"), MAKER.claims()))
    key = RSASigningKey()
    maker = TokenMaker(key)
    with pytest.raises(TokenInvalid):
        Verifier(HeldKeys(key), both).verify(maker.signed(maker.header(alg="ES256"), maker.claims()))


def test_without_keys_nothing_is_said_about_a_token() -> None:
    keys = Mock(spec=HeldKeys, **{"find.side_effect": KeysNotReady})
    with pytest.raises(KeysNotReady):
        Verifier(keys, RULES).verify(MAKER.token())


@pytest.mark.parametrize("roles", [[7], [""], [None], [["admin"]], [{}], ["admin", 7], {"admin": True}])
def test_roles_are_names(roles: Any) -> None:
    with pytest.raises(TokenInvalid):
        verifier().verify(MAKER.token(roles=roles))


def test_clocks_may_differ_by_half_a_minute() -> None:
    now = int(time.time())
    assert verifier().verify(MAKER.token(exp=now - 25))
    assert verifier().verify(MAKER.token(nbf=now + 25, iat=now + 25))
    with pytest.raises(TokenExpired):
        verifier().verify(MAKER.token(exp=now - 31))


def test_a_remembered_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    checker, token, now = verifier(), MAKER.token(), time.time()
    checker.verify(token)
    monkeypatch.setattr("quartet.tokens.time.time", lambda: now + 931)
    with pytest.raises(TokenExpired):
        checker.verify(token)


def test_a_remembered_token_dies_with_its_key() -> None:
    keys = HeldKeys(KEY)
    checker, token = Verifier(keys, RULES), MAKER.token()
    checker.verify(token)
    del keys.published[KEY.kid]
    with pytest.raises(TokenInvalid):
        checker.verify(token)


def test_a_remembered_token_is_not_verified_again(monkeypatch: pytest.MonkeyPatch) -> None:
    checker, token = verifier(), MAKER.token()
    checker.verify(token)
    monkeypatch.setattr(verification, "verify", lambda *_: pytest.fail("verified twice"))
    checker.verify(token)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Verifier, "REMEMBERED", 3)
    checker = verifier()
    for _ in range(5):
        checker.verify(MAKER.token())
    assert len(checker._remembered) == 3

"""The one verifier: what it takes, and that it refuses everything else."""

import json
import string
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet import tokens as verification
from quartet.testing import AUDIENCE, ISSUER, SigningKey, TokenMaker
from quartet.tokens import Rules, TokenExpired, TokenInvalid, Verifier
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

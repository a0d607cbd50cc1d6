"""How work ends is counted once, in words that are stable."""

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, Counter

from quartet.errors import Conflict, NotFound
from quartet.outcomes import begin_at_zero, counted
from quartet.testing import AuthServer, SigningKey, TokenMaker
from quartet.testing.growth import Growth


@pytest.fixture
def counter() -> Counter:
    return Counter("works", "Works.", ["outcome"], registry=CollectorRegistry())


def outcomes(counter: Counter) -> dict[str, float]:
    (family,) = counter.collect()
    return {sample.labels["outcome"]: sample.value for sample in family.samples if sample.name.endswith("_total")}


@pytest.mark.parametrize(
    ("error", "outcome"), [(None, "ok"), (Conflict(), "conflict"), (NotFound(), "not_found"), (OSError(), "failed")]
)
def test_the_outcome_is_the_code_of_the_error(counter: Counter, error: Exception | None, outcome: str) -> None:
    @counted(counter)
    def work() -> None:
        if error is not None:
            raise error

    for _ in range(2):
        if error is None:
            work()
        else:
            with pytest.raises(type(error)):
                work()
    assert outcomes(counter) == {outcome: 2}


def test_known_outcomes_are_there_before_they_happen(counter: Counter) -> None:
    begin_at_zero(counter, ("ok", Conflict))
    assert outcomes(counter) == {"ok": 0, "conflict": 0}


def test_token_checks_are_counted_by_outcome_and_those_of_public_routes_are_none(
    client: FlaskClient, tokens: TokenMaker
) -> None:
    checks = Growth("quartet_token_checks_total")
    for token in (tokens.token(), tokens.token(exp=1), SigningKey().token(), "forged"):
        client.get("/guarded", headers={"Authorization": f"Bearer {token}"})
    client.get("/guarded")
    client.get("/admins", headers={"Authorization": f"Bearer {tokens.token()}"})
    client.get("/open", headers={"Authorization": "Bearer forged"})
    assert checks.by_label() == {"ok": 2, "token_expired": 1, "token_invalid": 2, "token_missing": 1}


def test_keys_tell_when_they_were_fetched_and_how_often_they_were_not(
    auth_server: AuthServer, client: FlaskClient, tokens: TokenMaker
) -> None:
    fetches = Growth("quartet_jwks_fetches_total")
    auth_server.close()
    client.get("/guarded", headers={"Authorization": f"Bearer {tokens.token()}"})
    assert fetches.by_label() == {"failed": 1}

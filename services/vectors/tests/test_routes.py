from flask.testing import FlaskClient

from quartet.testing import TokenMaker


def test_a_sentence_becomes_500_numbers_between_0_and_1(client: FlaskClient, tokens: TokenMaker) -> None:
    answer = client.post("/api/vectors", json={"sentence": "The quick brown fox"}, headers=tokens.bearer())
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["model"] == "random"
    assert found["dimensions"] == 500
    assert len(found["vector"]) == 500
    assert all(0 <= number < 1 for number in found["vector"])
    assert "vectors" not in found


def test_a_forged_token_is_refused(client: FlaskClient, forged_token: str) -> None:
    answer = client.post("/api/vectors", json={"sentence": "fox"}, headers={"Authorization": f"Bearer {forged_token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"

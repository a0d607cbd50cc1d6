"""A client of flask-app, arrays behind a login without e-mail, as its users wrote theirs."""

import secrets

import requests

from tests.integration.legacy.answers import is_random_array, told

WAIT = 10
PASSWORD = "a teapot for two people"
REGISTERED = {"message": "User registered successfully"}
SENTENCE = {"sentence": "the quick brown fox"}


def new_name() -> str:
    return f"bob{secrets.token_hex(5)}"


def register(base: str, username: str) -> None:
    """Register, twice."""
    body = {"username": username, "password": PASSWORD}
    for words in (REGISTERED, {"message": "User registered already, Please login"}):
        assert told(requests.post(f"{base}/register", json=body, timeout=WAIT), 200) == words


def register_with_mail(base: str, username: str, email: str) -> None:
    """Where addresses are confirmed, one has to be given."""
    body = {"username": username, "password": PASSWORD}
    told(requests.post(f"{base}/register", json=body, timeout=WAIT), 400, "message")
    assert told(requests.post(f"{base}/register", json=body | {"email": email}, timeout=WAIT), 200) == REGISTERED
    assert log_in(base, username) is None


def log_in(base: str, username: str, password: str = PASSWORD) -> str | None:
    """Return a token; None when that fails."""
    body = {"username": username, "password": password}
    answer = requests.post(f"{base}/login", json=body, timeout=WAIT)
    if answer.status_code == 200:
        return str(told(answer, 200, "token")["token"])
    assert told(answer, 401) == {"message": "Authentication failed"}
    return None


def use_login(base: str, username: str) -> str:
    """Log in, as oneself only; return the token."""
    assert requests.get(f"{base}/health", timeout=WAIT).status_code == 200
    assert log_in(base, username, "any password") is None
    assert log_in(base, new_name()) is None
    token = log_in(base, username)
    assert token
    return token


def make_arrays(base: str, token: str) -> None:
    """Get an array for a sentence; nobody else does."""
    url = f"{base}/generate_array"

    def ask(authorization: str | None, body: object = SENTENCE) -> requests.Response:
        headers = {"Authorization": authorization} if authorization else {}
        return requests.post(url, json=body, headers=headers, timeout=WAIT)

    assert is_random_array(told(ask(f"Bearer {token}"), 200))
    told(ask(f"Bearer {token}", {}), 400, "error")
    assert told(ask(None), 401, "message", at_least=True)["message"] == "Token is missing"
    for authorization in ("Bearer nonsense", f"Bearer {token[:-8]}AAAAAAAA", "Bearer", token):
        told(ask(authorization), 401, "message", at_least=True)

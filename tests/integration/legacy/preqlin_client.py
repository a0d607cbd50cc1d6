"""A client of preqlin, the registration with mail and random arrays, as its users wrote theirs."""

import re
import secrets
from collections.abc import Callable

import requests

from tests.integration.legacy.answers import bearer, is_random_array, page, told

WAIT = 10
PASSWORD = "a teapot for two people"
SENTENCE = "the quick brown fox"


class Person:
    """Somebody with a name, and an inbox: `read_mail(address)` is the text of the newest mail to an address."""

    def __init__(self, base: str, read_mail: Callable[[str], str]) -> None:
        self.base, self.read_mail = base, read_mail
        self.username = f"ada{secrets.token_hex(5)}"
        self.email = f"{self.username}@people.example"

    def post(self, path: str, body: object = None, token: str | None = None) -> requests.Response:
        headers = bearer(token) if token else {}
        return requests.post(self.base + path, json=body, headers=headers, timeout=WAIT)

    def get(self, path: str, token: str | None = None) -> requests.Response:
        return requests.get(self.base + path, headers=bearer(token) if token else {}, timeout=WAIT)

    def log_in(self, password: str = PASSWORD) -> requests.Response:
        return self.post("/login", {"username": self.username, "password": password})


def register(base: str, read_mail: Callable[[str], str]) -> Person:
    """Register, be known only after the link of the mail was followed and its button pressed."""
    person = Person(base, read_mail)
    body = {"username": person.username, "email": person.email, "password": PASSWORD}
    message = told(person.post("/register", body), 201, "message")["message"]
    told(person.post("/register", body | {"email": f"other-{person.email}"}), 400, "message")
    told(person.post("/register", {"username": person.username}), 400, "message")

    told(person.log_in(), 400, "message")
    told(person.log_in("something else"), 401, "message")
    link = f"/user_confirm/{token_in(read_mail(person.email))}"
    assert "<form" in page(person.get(link))
    told(person.log_in(), 400, "message")
    told(person.post(link), 200, "message")
    told(person.get("/user_confirm/nobody-has-this"), 404, "message")
    told(person.post("/user_confirm/nobody-has-this"), 404, "message")

    again = body | {"username": f"x{person.username}"}
    assert told(person.post("/register", again), 201, "message")["message"] == message
    return person


def work(person: Person, user_id: Callable[[str], int]) -> None:
    """Log in, stay so, get arrays, look at oneself, log out; `user_id(token)` is the caller's number."""
    tokens = told(person.log_in(), 200, "access_token", "refresh_token", "token")
    token = tokens["token"]
    assert token == tokens["access_token"]
    for _ in range(2):
        fresh = told(person.post("/refresh", token=tokens["refresh_token"]), 200, "access_token")["access_token"]
    told(person.post("/refresh", token=token), 401, "error", at_least=True)
    told(person.post("/refresh"), 401, "error", at_least=True)

    answer = person.post("/generate_random_array", {"sentence": SENTENCE}, fresh)
    array = told(answer, 200, "user", "input_sentence", "word_count", "random_array")
    assert (array["user"], array["input_sentence"], array["word_count"]) == (person.username, SENTENCE, 4)
    assert is_random_array(array["random_array"])
    assert person.post("/generate_random_array", {}, token).status_code == 400
    told(person.post("/generate_random_array", {"sentence": SENTENCE}), 401, "error", at_least=True)

    number = user_id(token)
    me = told(person.get(f"/user/{number}", token), 200, "id", "username", "email", "activated")
    assert me == {"id": number, "username": person.username, "email": person.email, "activated": True}
    told(person.get("/user/2000000000", token), 404, "message")
    told(person.get(f"/user/{number}"), 401, "error", at_least=True)

    told(person.post("/logout", token=token), 200, "message")
    told(person.post("/refresh", token=tokens["refresh_token"]), 401, "error", at_least=True)
    token = told(person.log_in(), 200, "access_token", "refresh_token", "token")["token"]
    url = f"{person.base}/user/{number}"
    told(requests.delete(url, timeout=WAIT), 401, "error", at_least=True)
    told(requests.delete(url, headers=bearer(token), timeout=WAIT), 200, "message")
    told(person.log_in(), 401, "message")


def look_around(base: str) -> None:
    """What answers to anybody."""
    told(requests.get(f"{base}/health", timeout=WAIT), 200, "status", "message")
    told(requests.get(f"{base}/status", timeout=WAIT), 200, "message")
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{base}/no/such/thing", timeout=WAIT)
        lost = told(answer, 404, "status", "message", at_least=True)
        assert lost["status"] == "error"


def token_in(mail: str) -> str:
    (token,) = re.findall(r"token=([\w.~-]+)", mail)
    return str(token)

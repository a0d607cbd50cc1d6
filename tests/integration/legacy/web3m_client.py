"""A client of web3m, the registration microservice, as its users wrote theirs."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import requests

from tests.integration.legacy.answers import bearer, page, told

WAIT = 10
PASSWORD, NEW_PASSWORD = "a teapot for two people", "a kettle for one person"
SIGNED_IN = ("user_id", "email", "username", "access_token", "refresh_token", "is_email_confirmed")
ME = ("user_id", "username", "email", "is_email_confirmed")


class Person:
    """Somebody with a name, and an inbox: `read_mail(address)` is the text of the newest mail to an address."""

    def __init__(self, base: str, read_mail: Callable[[str], str]) -> None:
        self.base, self.read_mail = base, read_mail
        self.username = f"dan{secrets.token_hex(5)}"
        self.email = f"{self.username}@people.example"

    def ask(self, method: str, path: str, body: object = None, token: str | None = None) -> requests.Response:
        headers = bearer(token) if token else {}
        return requests.request(method, self.base + path, json=body, headers=headers, timeout=WAIT)

    def sign_in(self, email: str, password: str) -> requests.Response:
        return self.ask("POST", "/api/v1/signin", {"email": email, "password": password})

    def confirm(self, email: str) -> None:
        """Follow the link of the mail and press its button."""
        link = f"/confirm-email/{token_in(self.read_mail(email))}"
        assert "<form" in page(self.ask("GET", link))
        told(self.ask("POST", link), 200, "message")


def register(base: str, read_mail: Callable[[str], str]) -> Person:
    """Register and confirm; every failure to sign in reads the same."""
    person = Person(base, read_mail)
    body = {"username": person.username, "email": person.email, "password": PASSWORD}
    message = told(person.ask("POST", "/api/v1/register", body), 201, "message")["message"]
    for bad in (body | {"email": f"x{person.email}"}, body | {"username": "ab"}, body | {"password": "short"}, {}):
        told(person.ask("POST", "/api/v1/register", bad), 400, "message")

    failures = [
        person.sign_in(person.email, PASSWORD),  # not confirmed
        person.sign_in(person.email, "something else"),
        person.sign_in(f"nobody-{person.email}", PASSWORD),
        person.ask("POST", "/api/v1/signin", {"email": person.email}),
    ]
    assert len({told(answer, 401, "message")["message"] for answer in failures}) == 1

    resend = "/api/v1/resend-confirmation"
    for email in (person.email, f"nobody-{person.email}"):
        told(person.ask("POST", resend, {"email": email}), 200, "message")
    told(person.ask("POST", resend, {}), 400, "message")
    for method in ("GET", "POST"):
        told(person.ask(method, "/confirm-email/nobody-has-this"), 400, "message")
    person.confirm(person.email)

    again = body | {"username": f"x{person.username}"}
    assert told(person.ask("POST", "/api/v1/register", again), 201, "message")["message"] == message
    return person


def work(person: Person) -> None:
    """Sign in, stay so, change password and address, and leave."""
    login = signed_in(person, person.email, PASSWORD)
    for _ in range(2):
        answer = person.ask("POST", "/api/v1/refresh_token", token=login["refresh_token"])
        token = told(answer, 200, "access_token")["access_token"]
    me = told(person.ask("GET", "/api/v1/protected", token=token), 200, *ME)
    assert me == {member: login[member] for member in ME}
    told(person.ask("GET", "/api/v1/protected"), 401, "message", at_least=True)

    told(person.ask("PUT", "/api/v1/users", {"password": NEW_PASSWORD}, token), 200, "message")
    told(person.sign_in(person.email, PASSWORD), 401, "message")
    token = signed_in(person, person.email, NEW_PASSWORD)["access_token"]

    new_email = f"new-{person.email}"
    told(person.ask("PUT", "/api/v1/users/", {"email": new_email}, token), 200, "message")
    told(person.sign_in(new_email, NEW_PASSWORD), 401, "message")
    person.confirm(new_email)
    token = signed_in(person, new_email, NEW_PASSWORD)["access_token"]

    told(person.ask("DELETE", "/api/v1/users", token=token), 200, "message")
    told(person.sign_in(new_email, NEW_PASSWORD), 401, "message")


def signed_in(person: Person, email: str, password: str) -> dict[str, Any]:
    login = told(person.sign_in(email, password), 200, *SIGNED_IN)
    assert (login["username"], login["email"], login["is_email_confirmed"]) == (person.username, email, True)
    return dict(login)


def find_admin(base: str) -> None:
    """The admin's pages have moved."""
    answer = requests.get(f"{base}/web3m-admin", allow_redirects=False, timeout=WAIT)
    assert answer.status_code in (301, 302, 303, 307, 308)
    assert re.search(r"/admin/$", answer.headers["Location"])


def token_in(mail: str) -> str:
    (token,) = re.findall(r"token=([\w.~-]+)", mail)
    return str(token)

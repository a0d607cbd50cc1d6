"""auth as its callers meet it, in process, with the mail that it sends."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from flask.testing import FlaskClient

from auth import create_app
from auth.mail import Letter
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys, outbox
from quartet.migrations import migrate
from quartet.testing import INTERNAL_SECRET

PASSWORD = "correct horse battery"


@dataclass
class Letters:
    """Takes what the mailer sends, in place of SES."""

    taken: list[EmailMessage] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        message = message_from_bytes(letter.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


class Api:
    """auth as its callers meet it, with the mail that it sends."""

    def __init__(self, settings: AuthSettings) -> None:
        migrate(settings.database, "auth")
        self.resources = Resources.of(settings)
        keys.ensure(self.resources)
        self.client: FlaskClient = create_app(settings).test_client()

    def mails(self) -> list[EmailMessage]:
        """Send what is in the outbox and return it."""
        letters = Letters()
        while outbox.send_due(self.resources, letters):
            pass
        return letters.taken

    def sign_up(self, username: str = "ada", email: str | None = None, password: str = PASSWORD) -> Any:
        body = {"username": username, "email": email or f"{username}@example.com", "password": password}
        return self.client.post("/api/auth/signup", json=body)

    def confirmation_token(self) -> str:
        found = re.search(r"confirm\?token=(\S+)", text_of(self.mails()[-1]))
        assert found
        return found[1]

    def confirm(self, token: str) -> Any:
        return self.client.post("/api/auth/confirm", json={"token": token})

    def log_in(self, username: str = "ada", password: str = PASSWORD) -> Any:
        return self.client.post("/api/auth/login", json={"username": username, "password": password})

    def user(self, username: str = "ada") -> dict[str, Any]:
        """Return the login of a new, confirmed user."""
        assert self.sign_up(username).status_code == 202
        assert self.confirm(self.confirmation_token()).status_code == 200
        return dict(self.log_in(username).get_json())

    def refresh(self, token: str) -> Any:
        return self.client.post("/api/auth/refresh", json={"refresh_token": token})

    def me(self, access_token: str) -> Any:
        return self.client.get("/api/auth/me", headers=bearer(access_token))

    def events(self) -> list[dict[str, Any]]:
        answer = self.client.get("/internal/feed", headers=bearer(INTERNAL_SECRET))
        return list(answer.get_json()["items"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

"""The outbox: nothing is lost while SES is away, nothing is sent twice by two mailers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from auth.mail import Letter, TransportError, compose
from auth.models import OutboxMail
from auth.resources import Resources
from auth.use_cases import mail
from services.auth.tests.api import Api, Letters, text_of


class Broken:
    """SES while it is away."""

    def __init__(self) -> None:
        self.tries = 0

    def send(self, letter: Letter) -> None:
        del letter
        self.tries += 1
        raise TransportError("EndpointConnectionError: away")


def outbox(auth: Resources) -> list[OutboxMail]:
    with auth.database.reading() as session:
        return list(session.scalars(select(OutboxMail)).all())


def make_due(auth: Resources) -> None:
    with auth.database.writing() as session:
        session.execute(update(OutboxMail).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()


def test_a_mail_waits_while_ses_is_away_and_is_sent_when_it_is_back(api: Api) -> None:
    api.sign_up("ada")
    broken, letters = Broken(), Letters()
    mail.send_due(api.resources, broken)
    mail.send_due(api.resources, broken)
    assert broken.tries == 1
    make_due(api.resources)
    mail.send_due(api.resources, letters)
    make_due(api.resources)
    mail.send_due(api.resources, letters)
    assert [letter["To"] for letter in letters.taken] == ["ada@example.com"]


def test_pauses_grow_and_a_hopeless_mail_is_given_up(api: Api) -> None:
    api.sign_up("ada")
    pauses = []
    for _ in range(mail.MOST_ATTEMPTS + 1):
        make_due(api.resources)
        mail.send_due(api.resources, Broken())
        (waiting,) = outbox(api.resources)
        pauses.append((waiting.due_at - datetime.now(UTC)).total_seconds())
    assert pauses[1] > pauses[0]
    assert max(pauses) <= mail.LONGEST_PAUSE.total_seconds()
    assert waiting.given_up_at is not None
    assert waiting.attempts == mail.MOST_ATTEMPTS
    assert waiting.last_error == "EndpointConnectionError: away"


def test_a_link_is_sealed_while_it_waits_and_gone_when_it_is_sent(api: Api) -> None:
    api.sign_up("ada")
    (waiting,) = outbox(api.resources)
    assert "confirm" not in waiting.sealed_values
    assert "confirm?token=" in api.resources.seals.unseal(waiting.sealed_values)
    api.mails()
    (sent,) = outbox(api.resources)
    assert sent.sealed_values == ""
    assert sent.sent_at is not None


def test_links_are_built_from_public_url_never_from_the_host_header(api: Api) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": "correct horse battery"}
    api.client.post("/api/auth/signup", json=body, headers={"Host": "evil.example"})
    text = text_of(api.mails()[0])
    assert "https://quartet.example/api/auth/confirm?token=" in text
    assert "evil.example" not in text


def test_mailers_at_once_send_each_mail_once(api: Api) -> None:
    for number in range(25):
        api.sign_up(f"user{number}")
    letters = Letters()
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(mail.send_due, api.resources, letters) for _ in range(12)]:
            future.result()
    assert len(letters.taken) == 25
    assert len({letter["To"] for letter in letters.taken}) == 25


def test_a_rolled_back_sign_up_sends_nothing(api: Api) -> None:
    api.user("ada")
    assert api.sign_up("ada", "another@example.com").status_code == 409
    assert api.mails() == []


def test_a_name_can_not_break_out_of_the_html() -> None:
    letter = compose("already_registered", "Quartet <no-reply@quartet.example>", "a@b.example", {"username": "<b>"})
    assert b"&lt;b&gt;" in letter.content


def test_a_change_that_was_not_committed_sends_nothing(make_api: Callable[..., Any]) -> None:
    api = make_api()
    with api.resources.database.writing() as session:
        mail.post(session, api.resources.seals, "confirm", "ada@example.com", username="ada", link="x")
    assert api.mails() == []

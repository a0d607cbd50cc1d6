"""The outbox: nothing is lost while SES is away, nothing is sent twice by two mailers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from auth.mail import Letter, TransportError
from auth.models import OutboxMail
from auth.resources import Resources
from auth.use_cases import mail, outbox
from services.auth.tests.api import Api, Letters, text_of


class Broken:
    """SES while it is away."""

    def __init__(self) -> None:
        self.tries = 0

    def send(self, letter: Letter) -> None:
        del letter
        self.tries += 1
        raise TransportError("EndpointConnectionError: away")


def rows(auth: Resources) -> list[OutboxMail]:
    with auth.database.reading() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all())


def make_due(auth: Resources) -> None:
    with auth.database.writing() as session:
        session.execute(update(OutboxMail).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()


def test_a_mail_waits_while_ses_is_away_and_is_sent_when_it_is_back(api: Api) -> None:
    api.sign_up("ada")
    broken, letters = Broken(), Letters()
    outbox.send_due(api.resources, broken)
    outbox.send_due(api.resources, broken)
    assert broken.tries == 1
    make_due(api.resources)
    outbox.send_due(api.resources, letters)
    make_due(api.resources)
    outbox.send_due(api.resources, letters)
    assert [letter["To"] for letter in letters.taken] == ["ada@example.com"]


def test_pauses_grow_and_a_hopeless_mail_is_given_up(api: Api) -> None:
    api.sign_up("ada")
    pauses = []
    for _ in range(outbox.MOST_ATTEMPTS + 1):
        make_due(api.resources)
        outbox.send_due(api.resources, Broken())
        (waiting,) = rows(api.resources)
        pauses.append((waiting.due_at - datetime.now(UTC)).total_seconds())
    assert pauses[1] > pauses[0]
    assert max(pauses) <= outbox.LONGEST_PAUSE.total_seconds()
    assert waiting.given_up_at is not None
    assert waiting.attempts == outbox.MOST_ATTEMPTS
    assert waiting.last_error == "EndpointConnectionError: away"


def test_a_dead_letter_is_sent_after_all_when_it_is_told_to(api: Api) -> None:
    for name in ("ada", "bob", "eve"):
        api.sign_up(name)
    kill(api.resources)
    assert [entry.state for entry in outbox.listed(api.resources, dead=True, limit=10)] == ["dead"] * 3
    assert outbox.retry(api.resources, [2, 99]) == 1
    assert [letter["To"] for letter in api.mails()] == ["bob@example.com"]
    assert outbox.retry(api.resources, None) == 2
    assert len(api.mails()) == 2
    assert outbox.retry(api.resources, None) == 0


def test_an_operator_sees_no_secret_and_not_all_of_an_address(api: Api) -> None:
    api.sign_up("ada")
    (entry,) = outbox.listed(api.resources, dead=False, limit=10)
    assert (entry.template, entry.recipient, entry.state) == ("confirm", "a…@example.com", "waiting")
    api.mails()
    (entry,) = outbox.listed(api.resources, dead=False, limit=10)
    assert entry.state == "sent"


def test_no_link_lies_in_the_outbox_and_nothing_of_a_mail_stays_there(api: Api) -> None:
    api.sign_up("ada")
    (waiting,) = rows(api.resources)
    assert "subject" not in waiting.sealed_values
    assert "token" not in api.resources.seals.unseal(waiting.sealed_values)
    api.mails()
    (sent,) = rows(api.resources)
    assert sent.sealed_values == ""
    assert sent.sent_at is not None


def test_links_are_built_from_public_url_never_from_the_host_header(api: Api) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": "correct horse battery"}
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    api.client.post("/api/auth/signup", json=body, headers=headers)
    (letter,) = api.mails()
    assert "https://quartet.example/api/auth/confirm?token=" in text_of(letter)
    assert "evil.example" not in letter.as_string()


def test_mailers_at_once_send_each_mail_once(api: Api) -> None:
    for number in range(25):
        api.sign_up(f"user{number}")
    letters = Letters()
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(outbox.send_due, api.resources, letters) for _ in range(12)]:
            future.result()
    assert len(letters.taken) == 25
    assert len({letter["To"] for letter in letters.taken}) == 25


def test_a_mail_that_can_not_be_written_holds_up_no_other(api: Api) -> None:
    with api.resources.database.writing() as session:
        mail.post(session, api.resources.seals, "no_such_template", "eve@example.com", subject="nobody")
        mail.post(session, api.resources.seals, "confirm", "eve@example.com")
        session.commit()
    api.sign_up("ada")
    with api.resources.database.writing() as session:
        session.execute(update(OutboxMail).where(OutboxMail.id == 2).values(sealed_values="not ours"))
        session.commit()
    assert [letter["To"] for letter in api.mails()] == ["ada@example.com"]
    states = [(row.last_error, row.sent_at is None) for row in rows(api.resources)]
    assert states == [("nobody", False), ("BrokenSeal", True), (None, False)]


def test_a_rolled_back_sign_up_sends_nothing(api: Api) -> None:
    api.user("ada")
    assert api.sign_up("ada", "another@example.com").status_code == 409
    assert api.mails() == []


def test_a_change_that_was_not_committed_sends_nothing(make_api: Callable[..., Any]) -> None:
    api = make_api()
    with api.resources.database.writing() as session:
        mail.post(session, api.resources.seals, "confirm", "ada@example.com", subject="x")
    assert api.mails() == []


def test_who_has_no_address_gets_no_mail(api: Api) -> None:
    with api.resources.database.writing() as session:
        mail.post(session, api.resources.seals, "password_changed", None, subject="x")
        mail.post_spaced(api.resources, session, "confirm", None, subject="x")
        session.commit()
    assert rows(api.resources) == []


def kill(auth: Resources) -> None:
    with auth.database.writing() as session:
        session.execute(update(OutboxMail).values(given_up_at=datetime.now(UTC), attempts=outbox.MOST_ATTEMPTS))
        session.commit()

"""Confirm by link or code, ask for the mail again, change an address; a stranger learns and spoils nothing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select, update

from auth.models import Code, OutboxMail, Throttle, User
from auth.use_cases import confirmations, mail
from auth.use_cases.identities import key_of
from services.auth.tests.api import Api, text_of
from services.auth.tests.test_mail import rows

MakeApi = Callable[..., Api]


def code_in(message: EmailMessage) -> str:
    found = re.search(r"\b[0-9]{6}\b", text_of(message))
    assert found
    return found[0]


def token_in(message: EmailMessage) -> str:
    found = re.search(r"token=(\S+)", text_of(message))
    assert found
    return found[1]


def confirm(api: Api, code: str, email: str = "ada@example.com") -> Any:
    return api.client.post("/api/auth/confirm", json={"email": email, "code": code})


def resend(api: Api, email: str = "ada@example.com") -> Any:
    return api.client.post("/api/auth/resend-confirmation", json={"email": email})


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def without_pauses(api: Api) -> None:
    """Let the pauses and cool-downs that run now be over."""
    with api.resources.database.writing() as session:
        session.execute(update(Throttle).values(blocked_until=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()


def test_the_code_confirms_as_the_link_does_and_doing_it_again_changes_nothing(api: Api) -> None:
    api.sign_up("ada")
    (letter,) = api.mails()
    for email in ("ada@example.com", "Ada@EXAMPLE.com"):
        answer = confirm(api, code_in(letter), email)
        assert answer.status_code == 200
        assert answer.get_json()["user"]["email_confirmed"] is True
    assert api.confirm(token_in(letter)).status_code == 200
    assert api.log_in("ada").status_code == 200


def test_a_code_bears_five_tries_and_its_link_goes_on_being_good(api: Api) -> None:
    api.sign_up("ada")
    (letter,) = api.mails()
    for _ in range(5):
        assert confirm(api, other(code_in(letter))).status_code == 404
        without_pauses(api)
    assert confirm(api, code_in(letter)).status_code == 404
    assert api.confirm(token_in(letter)).status_code == 200


def test_a_new_mail_replaces_the_code_of_the_one_before(api: Api) -> None:
    api.sign_up("ada")
    (first,) = api.mails()
    resend(api)
    (second,) = api.mails()
    if code_in(first) != code_in(second):
        assert confirm(api, code_in(first)).status_code == 404
    assert confirm(api, code_in(second)).status_code == 200


def test_a_code_expires(api: Api) -> None:
    api.sign_up("ada")
    (letter,) = api.mails()
    with api.resources.database.writing() as session:
        session.execute(update(Code).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    assert confirm(api, code_in(letter)).status_code == 404


def test_a_code_is_good_for_its_own_address_alone(api: Api) -> None:
    api.sign_up("ada")
    api.sign_up("eve")
    codes = {letter["To"]: code_in(letter) for letter in api.mails()}
    if len(set(codes.values())) == len(codes):
        assert confirm(api, codes["eve@example.com"], "ada@example.com").status_code == 404
        assert api.log_in("ada").status_code == 403


def test_whoever_guesses_codes_has_to_wait_whether_or_not_there_is_one(api: Api) -> None:
    api.sign_up("ada")
    api.mails()
    for email in ("ada@example.com", "nobody@example.com"):
        statuses = [confirm(api, "000000", email).status_code for _ in range(confirmations.CODES.free + 1)]
        assert statuses == [404] * confirmations.CODES.free + [429]


def test_whoever_guesses_at_many_addresses_has_to_wait_too(api: Api) -> None:
    tries = confirmations.CODES_OF_CLIENT.free + 1
    statuses = [confirm(api, "000000", f"user{number}@example.com").status_code for number in range(tries)]
    assert statuses == [404] * (tries - 1) + [429]


def test_a_wrong_code_an_old_one_and_nobody_s_are_answered_alike(api: Api) -> None:
    api.user("bob")
    api.sign_up("ada")
    (letter,) = api.mails()
    answers = [
        confirm(api, other(code_in(letter))).get_json(),
        confirm(api, "000000", "bob@example.com").get_json(),
        confirm(api, "000000", "nobody@example.com").get_json(),
    ]
    for answer in answers:
        del answer["request_id"]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["code"] == "confirmation_not_found"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ada@example.com"},
        {"code": "123456"},
        {"token": "x", "code": "123456"},
        {"token": "x", "email": "ada@example.com"},
        {"token": "x", "email": "ada@example.com", "code": "123456"},
        {"email": "ada@example.com", "code": None},
        {"email": "ada@example.com", "code": 123456},
        {"email": "ada@example.com", "code": "12345"},
        {"email": "ada@example.com", "code": "12345６"},
        {"email": "ada@example.com", "code": "123456\n"},
        {"email": "nobody", "code": "123456"},
    ],
)
def test_a_confirmation_is_a_token_or_a_code_with_its_email(api: Api, body: dict[str, Any]) -> None:
    assert api.client.post("/api/auth/confirm", json=body).status_code == 422


def test_the_mail_comes_again_for_who_asks(api: Api) -> None:
    api.sign_up("ada")
    api.mails()
    assert resend(api).status_code == 202
    assert api.confirm(api.confirmation_token()).status_code == 200


def test_asking_answers_alike_and_sends_nothing_to_nobody_and_to_who_is_confirmed(api: Api) -> None:
    api.user("bob")
    api.sign_up("ada")
    api.mails()
    emails = ("ada@example.com", "bob@example.com", "nobody@example.com")
    answers = [resend(api, email) for email in emails]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert [letter["To"] for letter in api.mails()] == ["ada@example.com"]


def test_within_the_cooldown_nothing_is_posted_whether_or_not_there_is_anybody(api: Api) -> None:
    api.sign_up("ada")
    api.mails()
    for email in ("ada@example.com", "nobody@example.com"):
        before = len(rows(api.resources))
        assert {resend(api, spelt).status_code for spelt in (email, email.upper(), email)} == {202}
        assert len(rows(api.resources)) == before + 1
    without_pauses(api)
    resend(api)
    assert len(api.mails()) == 2


def test_without_a_cooldown_every_mail_goes(make_api: MakeApi) -> None:
    api = make_api(mail_cooldown=0)
    api.sign_up("ada")
    resend(api)
    resend(api)
    assert len(api.mails()) == 3


def test_many_sign_ups_fill_nobody_s_mailbox_and_the_last_one_gets_its_link(api: Api) -> None:
    sent = []
    for number in range(12):
        api.sign_up(f"user{number}", "ada@example.com")
        sent += api.mails()
    assert len(sent) == mail.FREE
    (waiting,) = [row for row in rows(api.resources) if row.sent_at is None]
    assert waiting.due_at > datetime.now(UTC) + timedelta(seconds=api.resources.settings.mail_cooldown / 2)
    with api.resources.database.writing() as session:
        session.execute(update(OutboxMail).where(OutboxMail.id == waiting.id).values(due_at=datetime.now(UTC)))
        session.commit()
    assert api.confirm(api.confirmation_token()).status_code == 200
    assert api.log_in("user11").status_code == 200


def test_a_sign_up_that_was_replaced_before_its_mail_went_gets_none(api: Api) -> None:
    api.sign_up("stranger", "ada@example.com")
    api.sign_up("ada", "ada@example.com")
    (letter,) = api.mails()
    assert api.confirm(token_in(letter)).get_json()["user"]["username"] == "ada"


def test_as_long_as_a_link_lives_its_sign_up_keeps_its_name(api: Api) -> None:
    api.sign_up("ada")
    api.mails()
    with api.resources.database.writing() as session:
        session.execute(update(User).values(created_at=datetime.now(UTC) - timedelta(hours=23)))
        session.commit()
    resend(api)
    token = api.confirmation_token()
    with api.resources.database.reading() as session:
        assert session.scalars(select(User.created_at)).one() > datetime.now(UTC) - timedelta(minutes=1)
    assert api.confirm(token).status_code == 200


def ask_for(api: Api, username: str, email: str) -> None:
    """Let an account ask for another address, as its owner would."""
    with api.resources.database.writing() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        user.new_email, user.new_email_key = email, key_of(email)
        mail.post_spaced(api.resources, session, "new_email", email, subject=user.subject)
        session.commit()


def email_of(api: Api, username: str) -> str | None:
    with api.resources.database.reading() as session:
        return session.scalars(select(User.email).where(User.username == username)).one()


@pytest.mark.parametrize("by_code", [False, True])
def test_another_address_counts_once_its_mail_is_followed_and_the_old_one_is_told(api: Api, by_code: bool) -> None:
    api.user("ada")
    ask_for(api, "ada", "Ada@new.example")
    (letter,) = api.mails()
    assert letter["To"] == "Ada@new.example"
    assert email_of(api, "ada") == "ada@example.com"
    for _ in range(2):
        answer = confirm(api, code_in(letter), "ada@new.example") if by_code else api.confirm(token_in(letter))
        assert answer.status_code == 200
        assert answer.get_json()["user"]["email"] == "Ada@new.example"
    (notice,) = api.mails()
    assert notice["To"] == "ada@example.com"
    assert notice["Subject"] == "The e-mail of your account was changed"
    assert "new.example" not in text_of(notice)
    answer = api.client.post("/api/auth/login", json={"email": "ada@new.example", "password": "correct horse battery"})
    assert answer.status_code == 200


def test_a_code_for_one_new_address_is_no_good_for_the_next(api: Api) -> None:
    api.user("ada")
    ask_for(api, "ada", "mine@new.example")
    (letter,) = api.mails()
    ask_for(api, "ada", "yours@new.example")
    assert confirm(api, code_in(letter), "yours@new.example").status_code == 404
    assert confirm(api, code_in(letter), "ada@example.com").status_code == 404
    assert api.confirm(token_in(letter)).status_code == 404
    assert email_of(api, "ada") == "ada@example.com"


def test_an_address_that_somebody_has_can_not_be_taken_and_its_owner_is_told(api: Api) -> None:
    api.user("ada")
    api.user("bob")
    ask_for(api, "bob", "ada@example.com")
    (notice,) = api.mails()
    assert notice["To"] == "ada@example.com"
    assert notice["Subject"] == "You have an account already"
    assert "token=" not in text_of(notice)


def test_of_two_who_ask_for_one_address_the_first_to_follow_the_mail_gets_it(api: Api) -> None:
    api.user("ada")
    api.user("bob")
    ask_for(api, "ada", "both@new.example")
    ask_for(api, "bob", "both@new.example")
    api.sign_up("eve", "both@new.example")
    first, second, third = api.mails()
    assert api.confirm(token_in(first)).status_code == 200
    assert api.confirm(token_in(second)).get_json()["code"] == "confirmation_not_found"
    assert api.confirm(token_in(third)).get_json()["code"] == "confirmation_not_found"
    assert email_of(api, "bob") == "bob@example.com"


def test_sign_ups_and_confirmations_are_in_the_audit_log_without_an_address(api: Api) -> None:
    api.user("ada")
    ask_for(api, "ada", "ada@new.example")
    api.confirm(api.confirmation_token())
    with api.resources.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT action, address, details FROM audit ORDER BY id").all()
    actions = [action for action, _, _ in found]
    assert [action for action in actions if action.split(".")[0] in ("account", "email")] == [
        "account.created",
        "account.confirmed",
        "email.changed",
    ]
    assert "example" not in str(found)
    assert {address for _, address, _ in found} == {"127.0.0.1"}

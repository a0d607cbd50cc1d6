"""What mails say: in the reader's language, from templates that an operator can replace, and to whom it belongs."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from auth import mail_templates
from auth.cli import main
from auth.mail_templates import VALUES, compose
from auth.models import User
from auth.settings import AuthSettings
from auth.use_cases import mail, outbox
from services.auth.tests.api import PASSWORD, Api, text_of
from services.auth.tests.conftest import MakeSettings
from services.auth.tests.test_mail import make_due, rows

MakeApi = Callable[..., Api]
LANGUAGES = ("en", "de")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's TEMPLATES_DIR."""
    (tmp_path / "mail/en").mkdir(parents=True)
    return tmp_path


def put(folder: Path, path: str, text: str) -> None:
    (folder / "mail" / path).parent.mkdir(exist_ok=True)
    (folder / "mail" / path).write_text(text)


def composed(settings: AuthSettings, template: str, languages: str = "", **values: object) -> EmailMessage:
    letter = compose(settings, template, languages, "ada@example.com", {**VALUES[template], **values})
    message = message_from_bytes(letter.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("template", VALUES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_has_a_subject_a_text_and_html_that_say_the_same(
    settings: AuthSettings, template: str, language: str
) -> None:
    message = composed(settings, template, language)
    assert message["Subject"]
    assert message["Content-Language"] == language
    for value in map(str, VALUES[template].values()):
        assert value in text_of(message)
        assert value in html_of(message)
    assert f'<html lang="{language}">' in html_of(message)


def test_a_letter_is_plain_ascii_on_its_way(settings: AuthSettings) -> None:
    letter = compose(settings, "confirm", "de", "ada@example.com", {**VALUES["confirm"], "username": "Ada—ä"})
    assert letter.content.isascii()


@pytest.mark.parametrize(
    ("languages", "language"),
    [("", "en"), ("de", "de"), ("de-AT en", "de"), ("DE", "de"), ("en-GB de", "en"), ("fr es", "en"), ("../de", "en")],
)
def test_the_reader_s_language_decides_where_there_is_one(
    settings: AuthSettings, languages: str, language: str
) -> None:
    assert composed(settings, "confirm", languages)["Content-Language"] == language


def test_the_language_is_that_of_the_browser_that_signed_up(api: Api) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
    api.client.post("/api/auth/signup", json=body, headers={"Accept-Language": "fr-CH, de;q=0.8, en;q=0.5, *;q=0.1"})
    (letter,) = api.mails()
    assert letter["Subject"] == "Bitte bestätigen Sie Ihre E-Mail"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_name_can_not_add_a_header(make_settings: MakeSettings, folder: Path, end: str) -> None:
    put(folder, "en/already_registered.txt", "For {{ username }}\n\ntext\n")
    message = composed(
        make_settings(templates_dir=folder), "already_registered", username=f"ada{end}Bcc: eve@example.com{end}{end}x"
    )
    assert message["Bcc"] is None
    assert " ".join(message["Subject"].split()) == "For ada Bcc: eve@example.com x"
    assert text_of(message) == "text\n"


def test_a_name_can_not_break_out_of_the_html(settings: AuthSettings) -> None:
    message = composed(settings, "confirm", username="<b>", link='x" onclick="y')
    assert "&lt;b&gt;" in html_of(message)
    assert 'onclick="' not in html_of(message)


def test_an_operator_s_files_take_the_place_of_ours_one_by_one(make_settings: MakeSettings, folder: Path) -> None:
    settings = make_settings(templates_dir=folder)
    put(folder, "en/confirm.txt", "Welcome {{ username }}\n\n{{ link }} or {{ code }}\n")
    message = composed(settings, "confirm")
    assert message["Subject"] == "Welcome ada"
    assert "Confirm e-mail" in html_of(message)
    assert composed(settings, "password_reset")["Subject"] == "Set a new password"


def test_a_folder_adds_a_language_for_the_mails_that_are_whole_there(make_settings: MakeSettings, folder: Path) -> None:
    settings = make_settings(templates_dir=folder)
    put(folder, "fr/confirm.txt", "Bienvenue\n\n{{ link }} {{ code }}\n")
    assert composed(settings, "confirm", "fr de")["Content-Language"] == "de"
    put(folder, "fr/confirm.html", "<p>{{ link }} {{ code }}</p>")
    assert composed(settings, "confirm", "fr de")["Subject"] == "Bienvenue"


def test_a_broken_template_holds_up_its_mails_and_loses_none(make_api: MakeApi, folder: Path) -> None:
    put(folder, "en/confirm.html", "{{ link")
    api = make_api(templates_dir=folder)
    api.sign_up("ada")
    assert api.mails() == []
    (waiting,) = rows(api.resources)
    assert (waiting.last_error or "").startswith("en/confirm.html: TemplateSyntaxError")
    (folder / "mail/en/confirm.html").unlink()
    make_due(api.resources)
    assert [letter["To"] for letter in api.mails()] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("en/confirm.txt", "{{ link"),
        ("en/confirm.html", "{{ no_such_value }}"),
        ("en/confirm.html", "{{ 1 // 0 }}"),
        ("en/confirm.html", "{% include 'none' %}"),
        ("de/password_reset.txt", "{{ code.x.y }}"),
        ("fr/confirm.txt", "Bienvenue"),
        ("en/confrim.txt", "Hello"),
    ],
)
def test_checking_names_the_template_that_is_wrong(
    make_settings: MakeSettings, folder: Path, path: str, text: str
) -> None:
    settings = make_settings(templates_dir=folder)
    assert mail_templates.check(settings) == []
    put(folder, path, text)
    (problem,) = mail_templates.check(settings)
    assert problem.startswith(f"{path}: ")


def test_a_template_that_is_no_text_is_told_of(make_settings: MakeSettings, folder: Path) -> None:
    (folder / "mail/en/confirm.html").write_bytes(b"\xff")
    assert "en/confirm.html" in mail_templates.check(make_settings(templates_dir=folder))[0]


def test_the_command_checks(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("TEMPLATES_DIR", str(folder))
    assert CliRunner().invoke(main, ["mail", "check"]).exit_code == 0
    put(folder, "en/confirm.html", "{{ link")
    found = CliRunner().invoke(main, ["mail", "check"])
    assert found.exit_code == 1
    assert "en/confirm.html: TemplateSyntaxError" in found.output


def test_a_password_is_reset_by_whoever_has_the_address_and_by_nobody_else(api: Api) -> None:
    api.user("ada")
    api.sign_up("eve")  # not confirmed
    api.mails()
    for email in ("ADA@example.com", "eve@example.com", "nobody@example.com"):
        mail.ask(api.resources, "password_reset", email)
    (letter,) = api.mails()
    assert letter["To"] == "ada@example.com"
    assert "https://quartet.example/api/auth/password/reset?token=qp1." in text_of(letter)
    reasons = [entry.reason for entry in outbox.listed(api.resources, dead=False, limit=2)]
    assert reasons == ["nobody", "nobody"]


def test_mail_goes_to_the_address_that_is_stored_not_to_the_one_that_was_typed(api: Api) -> None:
    assert api.sign_up("ada", "Ada@example.com").status_code == 202
    assert api.confirm(api.confirmation_token()).status_code == 200
    mail.ask(api.resources, "password_reset", "aDA@EXAMPLE.com")
    assert [letter["To"] for letter in api.mails()] == ["Ada@example.com"]


def test_a_disabled_account_gets_no_link(api: Api) -> None:
    api.user("ada")
    with api.resources.database.writing() as session:
        session.execute(update(User).values(disabled_at=User.created_at))
        session.commit()
    mail.ask(api.resources, "password_reset", "ada@example.com")
    assert api.mails() == []


def test_a_notice_names_the_account(api: Api) -> None:
    subject = api.me(api.user("ada")["access_token"]).get_json()["subject"]
    with api.resources.database.writing() as session:
        for template in ("password_changed", "email_changed"):
            mail.post(session, api.resources.seals, template, "ada@example.com", subject=subject)
        session.commit()
    assert all("your account ada" in text_of(letter) for letter in api.mails())

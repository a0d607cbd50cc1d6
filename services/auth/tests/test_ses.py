"""The way to SES: boto3 against a real server that speaks its protocol."""

from collections.abc import Iterator
from email import message_from_string
from email.policy import default

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.ses.models import ses_backends

from auth.mail import Letter, SesTransport, TransportError
from auth.mail_templates import compose
from auth.settings import AuthSettings
from services.auth.tests.conftest import MakeSettings

REGION = "eu-central-1"
LINK = "https://quartet.example/api/auth/confirm?token=qc1.x"
VALUES = {"username": "ada", "link": LINK, "code": "123456", "hours": 24, "minutes": 15}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def ses(make_settings: MakeSettings) -> Iterator[AuthSettings]:
    """Settings that point at a running SES emulator, which knows the sender."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = make_settings(aws_endpoint_url=f"http://{host}:{port}", aws_region=REGION)
    client = boto3.client("ses", region_name=REGION, endpoint_url=settings.aws_endpoint_url)
    client.verify_email_identity(EmailAddress="no-reply@quartet.example")
    yield settings
    server.stop()


def letter_from(settings: AuthSettings) -> Letter:
    return compose(settings, "confirm", "", "ada@example.com", VALUES)


def test_a_letter_arrives_with_text_and_html(ses: AuthSettings) -> None:
    SesTransport(ses).send(letter_from(ses))
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    message = message_from_string(sent.raw_data, policy=default)
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Confirm your e-mail"
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert LINK in message.get_payload(0).get_content()  # type: ignore[union-attr]


def test_a_sender_that_ses_does_not_know_is_an_error_that_says_so(ses: AuthSettings) -> None:
    with pytest.raises(TransportError, match="MessageRejected"):
        SesTransport(ses).send(
            letter_from(ses.model_copy(update={"mail_from": "Somebody <somebody@elsewhere.example>"}))
        )


def test_ses_away_is_a_transport_error(make_settings: MakeSettings) -> None:
    settings = make_settings(aws_endpoint_url="http://127.0.0.1:9")
    with pytest.raises(TransportError, match="EndpointConnectionError"):
        SesTransport(settings).send(letter_from(settings))

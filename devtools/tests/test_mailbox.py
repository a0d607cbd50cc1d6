"""Mails sent with boto3 are read back from the mailbox."""

from collections.abc import Iterator
from email.message import EmailMessage

import boto3
import pytest
from botocore.exceptions import ClientError
from flask.testing import FlaskClient
from mypy_boto3_ses import SESClient

from devtools.mailbox import create_app
from devtools.ses import LocalSES

REGION = "eu-west-3"  # moto keeps mails for the whole process: no other test looks into this region
SENDER = "Quartet <no-reply@quartet.example>"


@pytest.fixture(scope="module")
def ses() -> Iterator[LocalSES]:
    ses = LocalSES("127.0.0.1", 0, REGION, SENDER)
    ses.start()
    yield ses
    ses.stop()


@pytest.fixture(scope="module")
def sender(ses: LocalSES) -> SESClient:
    return boto3.client("ses", REGION, endpoint_url=ses.url, aws_access_key_id="local", aws_secret_access_key="local")


@pytest.fixture
def client(ses: LocalSES) -> FlaskClient:
    return create_app(ses.mails).test_client()


def send(sender: SESClient, subject: str, source: str = SENDER) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = source, "Zoë <zoe@people.example>", subject
    mail["Date"] = "Sat, 21 Nov 2026 05:00:00 +0000"
    mail.set_content("Grüße: https://quartet.example/confirm?token=" + "a" * 120)
    mail.add_alternative("<p>Grüße</p>", subtype="html")
    sender.send_raw_email(Source=source, Destinations=["zoe@people.example"], RawMessage={"Data": mail.as_bytes()})


def test_mails_are_listed_newest_first_with_both_bodies(sender: SESClient, client: FlaskClient) -> None:
    send(sender, "the first")
    send(sender, "Bestätigung ✓")

    newest, older = client.get("/mailbox/messages").get_json()[:2]

    assert (newest["subject"], older["subject"]) == ("Bestätigung ✓", "the first")
    assert newest["to"] == "Zoë <zoe@people.example>"
    assert newest["text"].strip() == "Grüße: https://quartet.example/confirm?token=" + "a" * 120
    assert newest["html"].strip() == "<p>Grüße</p>"
    assert newest["sent_at"] == "2026-11-21T05:00:00+00:00"
    assert list(newest) == ["id", "to", "subject", "text", "html", "sent_at"]


def test_only_the_configured_sender_is_verified(sender: SESClient) -> None:
    with pytest.raises(ClientError, match="MessageRejected"):
        send(sender, "forged", source="someone@elsewhere.example")


def test_every_address_of_the_senders_domain_is_verified(sender: SESClient, client: FlaskClient) -> None:
    send(sender, "from another address", source="support@quartet.example")

    assert client.get("/mailbox/messages").get_json()[0]["subject"] == "from another address"


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    response = client.get("/mailbox")

    policy = response.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert policy.startswith("default-src 'none'")
    assert f'<script nonce="{nonce}">' in response.text
    assert "src=" not in response.text
    assert "<link" not in response.text
    assert client.get("/mailbox").headers["Content-Security-Policy"] != policy

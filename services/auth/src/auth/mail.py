"""Letters and the way out: templates to MIME, MIME to SES."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from auth.settings import AuthSettings

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_templates = Environment(
    loader=PackageLoader("auth", "templates/mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Letter:
    """One mail, complete: envelope and RFC 5322 text."""

    sender: str
    recipient: str
    content: bytes


class TransportError(Exception):
    """The letter was not taken; it may be later."""


class Transport(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand a letter over; raises TransportError."""


def compose(template: str, sender: str, recipient: str, values: Mapping[str, str]) -> Letter:
    """Fill a template's text, first line the subject, and its HTML."""
    subject, _, text = _templates.get_template(f"{template}.txt").render(values).partition("\n")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.lstrip("\n"))
    message.add_alternative(_templates.get_template(f"{template}.html").render(values), subtype="html")
    return Letter(sender, recipient, message.as_bytes())


class SesTransport:
    """Amazon SES through boto3, or whatever speaks its protocol at AWS_ENDPOINT_URL."""

    def __init__(self, settings: AuthSettings) -> None:
        self._client: SESClient = boto3.client(
            "ses",
            region_name=settings.aws_region,
            endpoint_url=settings.aws_endpoint_url,
            config=Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 0}),
        )

    def send(self, letter: Letter) -> None:
        try:
            self._client.send_raw_email(
                Source=letter.sender, Destinations=[letter.recipient], RawMessage={"Data": letter.content}
            )
        except (BotoCoreError, ClientError) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

"""Letters and the way out: to SES."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from auth.settings import AuthSettings
from quartet import tracing

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

CONNECT_TIMEOUT, READ_TIMEOUT = 3, 10


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


class SesTransport:
    """Amazon SES through boto3, or whatever speaks its protocol at AWS_ENDPOINT_URL."""

    def __init__(self, settings: AuthSettings) -> None:
        self._client: SESClient = boto3.client(
            "ses",
            region_name=settings.aws_region,
            endpoint_url=settings.aws_endpoint_url,
            config=Config(connect_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT, retries={"max_attempts": 0}),
        )

    def send(self, letter: Letter) -> None:
        try:
            with tracing.span("SES/SendRawEmail", {"rpc.system": "aws-api", "rpc.service": "SES"}, begins=True):
                self._client.send_raw_email(
                    Source=letter.sender, Destinations=[letter.recipient], RawMessage={"Data": letter.content}
                )
        except (BotoCoreError, ClientError) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

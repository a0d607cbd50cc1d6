"""A local Amazon SES: moto's emulator in this process, and the mails that it was given."""

import logging
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import TypedDict

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.ses.models import RawMessage, ses_backends


class Mail(TypedDict):
    """A mail as the mailbox shows it. `sent_at` is ISO 8601, or null for a mail without a date."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    sent_at: str | None


class LocalSES:
    """SES at an address of this machine. Mails and identities live in memory, as long as the process."""

    def __init__(self, host: str, port: int, region: str, sender: str) -> None:
        # As AWS does, the emulator refuses mail from an address that was not verified.
        address = parseaddr(sender)[1]
        backend = ses_backends[DEFAULT_ACCOUNT_ID][region]
        backend.verify_email_address(address)
        backend.verify_domain(address.partition("@")[2])
        self._backend = backend
        self._server = ThreadedMotoServer(host, port, verbose=False)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)

    @property
    def url(self) -> str:
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def mails(self) -> list[Mail]:
        """Every mail sent, newest first."""
        sent = list(self._backend.sent_messages)
        return [read_mail(message) for message in reversed(sent) if isinstance(message, RawMessage)]


def read_mail(message: RawMessage) -> Mail:
    """Parse the MIME text that was given to SES."""
    mime = message_from_bytes(message.raw_data.encode(), policy=policy.default)
    date = mime["Date"]
    return Mail(
        id=message.id,
        to=str(mime["To"] or ", ".join(message.destinations)),
        subject=str(mime["Subject"] or ""),
        text=body(mime, "plain"),
        html=body(mime, "html"),
        sent_at=parsedate_to_datetime(str(date)).isoformat() if date else None,
    )


def body(mime: EmailMessage, kind: str) -> str:
    """The text of the part of that kind; empty when there is none."""
    part = mime.get_body((kind,))
    return str(part.get_content()) if part else ""

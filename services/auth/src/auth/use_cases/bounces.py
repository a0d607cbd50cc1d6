"""Bounces and complaints, as SES tells them through SNS: an address that takes no mail gets none any more."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from auth import repository, sns
from auth.callers import Caller
from auth.errors import NotificationRefused
from auth.models import SuppressedAddress
from auth.outbound import FetchFailed, fetch
from auth.resources import Resources
from auth.use_cases import audit
from auth.use_cases.identities import key_of
from quartet.errors import NotFound, Unavailable
from quartet.retries import retried
from quartet.wire import read_json

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 50  # of one mail, as SES has it
LONGEST_EMAIL = 254


def receive(auth: Resources, caller: Caller, body: bytes) -> None:
    """Take a message of SNS: confirm a subscription, or note what bounced. The same one again changes nothing.

    Raises:
        NotFound: there is no topic of ours.
        Malformed: the body is no message of SNS.
        NotificationRefused: the message is not one of ours.
        Unavailable: the host of SNS does not answer; SNS tries again.
    """
    topics = auth.settings.ses_topic_arns
    if not topics:
        raise NotFound
    message = sns.read(body)
    hosts = {*sns.hosts_of(topics), *auth.settings.sns_hosts}
    try:
        sns.verify(message, topics, hosts, auth.certificates)
        if message["Type"] == "SubscriptionConfirmation":
            fetch(message["SubscribeURL"])
            log.info("subscribed to a topic", extra={"topic": message["TopicArn"]})
    except sns.NotBelieved as error:
        log.warning("a notification is refused", extra={"reason": str(error), "client": caller.address})
        raise NotificationRefused from None
    except FetchFailed as error:
        log.warning("a host of SNS does not answer", extra={"reason": str(error)})
        raise Unavailable from None
    if message["Type"] == "UnsubscribeConfirmation":
        log.warning("unsubscribed from a topic: bounces are no longer heard of", extra={"topic": message["TopicArn"]})
    if message["Type"] == "Notification":
        for address, reason in _unreachable(message["Message"]):
            suppress(auth, caller, address, reason)


@retried
def suppress(auth: Resources, caller: Caller, address: str, reason: str) -> None:
    """Send no mail to an address any more; `reason` is bounce or complaint."""
    email_key = key_of(address)
    with auth.database.writing() as session:
        if repository.suppressions.add(session, email_key, reason, datetime.now(UTC)):
            owner = repository.users.owner_of_email(session, email_key)
            audit.note(session, caller, "address.suppressed", target=owner.subject if owner else None, reason=reason)
        session.commit()


@retried
def unsuppress(auth: Resources, caller: Caller, address: str) -> bool:
    """Send mail to an address again; tell whether it had been suppressed."""
    email_key = key_of(address)
    with auth.database.writing() as session:
        found = repository.suppressions.remove(session, email_key)
        if found:
            owner = repository.users.owner_of_email(session, email_key)
            audit.note(session, caller, "address.unsuppressed", target=owner.subject if owner else None)
        session.commit()
    return found


def suppressed(auth: Resources) -> list[SuppressedAddress]:
    """Return all suppressed addresses, oldest first."""
    with auth.database.reading() as session:
        return list(repository.suppressions.listed(session))


def _unreachable(text: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses that SES says take no mail, and why; it tells so in two shapes, and other things too."""
    try:
        event = read_json(text)
    except ValueError:
        return  # SES greets a new topic with a sentence
    if not isinstance(event, dict):
        return
    match event.get("notificationType") or event.get("eventType"), event:
        case "Bounce", {"bounce": {"bounceType": "Permanent", "bouncedRecipients": list(recipients)}}:
            reason = "bounce"
        case "Complaint", {"complaint": {"complainedRecipients": list(recipients), **details}}:
            if details.get("complaintFeedbackType") == "not-spam":
                return  # somebody took it out of the spam
            reason = "complaint"
        case _:
            return
    for recipient in recipients[:MOST_RECIPIENTS]:
        address = _address_of(recipient)
        if address:
            yield address, reason


def _address_of(recipient: Any) -> str | None:
    found = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    address = parseaddr(found)[1] if isinstance(found, str) else ""
    return address if "@" in address and len(address) <= LONGEST_EMAIL and address.isprintable() else None

"""Messages of Amazon SNS, believed only when SNS signed them for a topic of ours.

Amazon Simple Notification Service Developer Guide, "Verifying the signatures of Amazon SNS messages". Whoever owns any
topic can have SNS sign what he likes: a good signature says nothing before the topic is one of ours.
"""

import base64
import re
import threading
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from cachetools import TTLCache
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import BeforeValidator, StringConstraints
from pydantic_settings import NoDecode

from auth.outbound import FetchFailed, HostNotAllowed, check_url, fetch
from quartet.wire import read_json

OLDEST = timedelta(hours=1)  # as long as SNS tries
CLOCKS_DIFFER = timedelta(minutes=5)
SHORTEST_KEY = 2048  # bits

_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
"""The members that a signature covers, in its order, for each type of message."""

HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - as SNS has it
CERTIFICATE_PATH = re.compile(r"/[A-Za-z0-9_-]+\.pem")


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


TopicArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sns:[a-z]{2}[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$")
]
TopicArns = Annotated[tuple[TopicArn, ...], NoDecode, BeforeValidator(_words)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?$")]
Hosts = Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_words)]
"""Topics, and hosts, in one setting apart by spaces or commas."""


class Malformed(Exception):
    """This is no message of SNS."""


class NotBelieved(Exception):
    """The message is not from a topic of ours, or not from SNS, or old; the message says why, for our log alone."""


class Certificates:
    """The certificates that SNS signs with, fetched by one thread at a time and kept for an hour."""

    MOST, MAX_AGE = 8, 3600.0

    def __init__(self) -> None:
        self._kept: TTLCache[str, x509.Certificate] = TTLCache(self.MOST, self.MAX_AGE)
        self._reading = threading.Lock()
        self._fetching = threading.Lock()

    def get(self, url: str) -> x509.Certificate:
        """Return the certificate at a URL that was allowed; raises FetchFailed, NotBelieved."""
        with self._reading:
            found = self._kept.get(url)
        if found is None:
            found = self._fetched(url)
            with self._reading:
                self._kept[url] = found
        return found

    def _fetched(self, url: str) -> x509.Certificate:
        # Whoever waited here would hold a thread for as long as a stranger likes.
        if not self._fetching.acquire(blocking=False):
            raise FetchFailed("another certificate is being fetched")
        try:
            return x509.load_pem_x509_certificate(fetch(url))
        except ValueError:
            raise NotBelieved("no certificate at the URL") from None
        finally:
            self._fetching.release()


def read(body: bytes) -> dict[str, str]:
    """Return the members of a message that are text, those that its signature covers among them; raises Malformed."""
    try:
        message = read_json(body)
    except ValueError:
        raise Malformed from None
    if not isinstance(message, dict):
        raise Malformed
    members = {name: value for name, value in message.items() if isinstance(value, str)}
    needed = {*SIGNED.get(members.get("Type", ""), ()), "SignatureVersion", "Signature", "SigningCertURL"} - {"Subject"}
    if members.get("Type") not in SIGNED or not needed <= members.keys():
        raise Malformed
    return members


def hosts_of(topics: Collection[str]) -> set[str]:
    """Return the hosts of SNS in the regions of these topics."""
    hosts = set()
    for topic in topics:
        _, partition, _, region, *_ = topic.split(":")
        hosts.add(f"sns.{region}.amazonaws.com{'.cn' if partition == 'aws-cn' else ''}")
    return hosts


def verify(
    message: Mapping[str, str], topics: Collection[str], hosts: Collection[str], certificates: Certificates
) -> None:
    """Return when SNS signed this message for one of `topics`, within the last hour.

    Args:
        hosts: where its certificate, and the page that confirms a subscription, may lie.

    Raises:
        NotBelieved: in every other case.
        FetchFailed: the certificate is out of reach for the moment.
    """
    now = datetime.now(UTC)
    if message["TopicArn"] not in topics:
        raise NotBelieved("another topic")
    _check_time(message["Timestamp"], now)
    url = message["SigningCertURL"]
    try:
        if not CERTIFICATE_PATH.fullmatch(check_url(url, hosts)) or "?" in url:
            raise NotBelieved("no certificate's URL")
        if "SubscribeURL" in SIGNED[message["Type"]]:
            check_url(message["SubscribeURL"], hosts)
    except HostNotAllowed:
        raise NotBelieved("a URL of another host") from None
    _check_signature(message, certificates.get(url), now)


def _check_time(timestamp: str, now: datetime) -> None:
    try:
        sent_at = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise NotBelieved("no time") from None
    if not now - OLDEST <= sent_at <= now + CLOCKS_DIFFER:
        raise NotBelieved("too old, or from the future")


def _check_signature(message: Mapping[str, str], certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotBelieved("the certificate has expired, or is not valid yet")
    key = certificate.public_key()
    algorithm = HASHES.get(message["SignatureVersion"])
    if algorithm is None or not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise NotBelieved("another kind of signature")
    try:
        signature = base64.b64decode(message["Signature"], validate=True)
        key.verify(signature, string_to_sign(message).encode(), PKCS1v15(), algorithm)
    except (ValueError, InvalidSignature):
        raise NotBelieved("a wrong signature") from None


def string_to_sign(message: Mapping[str, str]) -> str:
    return "".join(f"{name}\n{message[name]}\n" for name in SIGNED[message["Type"]] if name in message)

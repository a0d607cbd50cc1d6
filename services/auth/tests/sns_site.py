"""SNS as we meet it: a TLS server of our own with the certificate that signs, and messages signed for real."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from auth.sns import HASHES, string_to_sign

TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
CERTIFICATE = "/SimpleNotificationService-1.pem"
Key = rsa.RSAPrivateKey


def new_key() -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def new_certificate(
    name: str, key: Key, issuer: str, issuer_key: Key, ca: bool = False, days: tuple[int, int] = (-1, 1)
) -> bytes:
    """Return a certificate in PEM, good from `days[0]` to `days[1]` days from now."""
    now = datetime.now(UTC)

    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if ca:
        usage = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM)


@dataclass
class SnsSite:
    """What the server has, by path: a body, or a redirection to another path; and the paths that were asked for."""

    folder: Path
    bodies: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    host: str = ""

    def __post_init__(self) -> None:
        self.signing_key, ca_key, self._server_key = new_key(), new_key(), new_key()
        self.ca = self.folder / "ca.pem"
        self.ca.write_bytes(new_certificate("ca", ca_key, "ca", ca_key, ca=True))
        self._pem = self.folder / "server.pem"
        self._pem.write_bytes(
            self._server_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + new_certificate("localhost", self._server_key, "ca", ca_key)
        )
        self.bodies[CERTIFICATE] = new_certificate("sns", self.signing_key, "sns", self.signing_key)
        self.bodies["/?Action=ConfirmSubscription&Token=t"] = b"<ok/>"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve at https://<host>."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = site.bodies.get(self.path)
                self.send_response(302 if self.path in site.redirects else 200 if body is not None else 404)
                if self.path in site.redirects:
                    self.send_header("Location", site.redirects[self.path])
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Tests ask what was fetched; nothing is printed."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._pem)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        self.host = f"localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def signed(self, version: str = "2", key: Key | None = None, /, **changes: str | None) -> dict[str, str]:
        """Return a message, signed after these changes; None takes a member away."""
        members: dict[str, str | None] = {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": "Amazon SES Email Event Notification",
            "Message": "{}",
            "Timestamp": stamp(datetime.now(UTC)),
            "SignatureVersion": version,
            "SigningCertURL": f"https://{self.host}{CERTIFICATE}",
            "UnsubscribeURL": f"https://{self.host}/?Action=Unsubscribe",
            **changes,
        }
        message = {name: value for name, value in members.items() if value is not None}
        signature = (key or self.signing_key).sign(string_to_sign(message).encode(), PKCS1v15(), HASHES[version])
        return {**message, "Signature": base64.b64encode(signature).decode()}

    def confirmation(self, kind: str = "SubscriptionConfirmation", **changes: str | None) -> dict[str, str]:
        values: dict[str, str | None] = {
            "Type": kind,
            "Subject": None,
            "Token": "t",
            "Message": "You have chosen to subscribe to the topic.",
            "SubscribeURL": f"https://{self.host}/?Action=ConfirmSubscription&Token=t",
        }
        return self.signed(**{**values, **changes})


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def bounce(address: str, kind: str = "Permanent", name: str = "notificationType") -> str:
    recipients = [{"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550"}]
    details = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients}
    return json.dumps({name: "Bounce", "bounce": details, "mail": {"source": "no-reply@quartet.example"}})


def complaint(address: str, name: str = "notificationType", **details: str) -> str:
    recipients = [{"emailAddress": address}]
    return json.dumps({name: "Complaint", "complaint": {"complainedRecipients": recipients, **details}, "mail": {}})

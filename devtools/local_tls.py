"""TLS on a developer's machine: an authority and a certificate in the run directory, kept between runs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from devtools.certificates import Authority, make_authority, private_pem_of, read_authority
from devtools.secret_files import write_private

NAMES = ("localhost", "127.0.0.1", "::1")
LIFE, RENEWED_BEFORE = timedelta(days=90), timedelta(days=30)


@dataclass(frozen=True)
class LocalTls:
    """The files in a folder. Whoever trusts the authority trusts it for the names of this machine, and no others."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def authority_key(self) -> Path:
        return self.folder / "authority-key.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    def prepare(self) -> None:
        """Make what is missing, broken or soon to expire. An authority that is good stays: browsers may trust it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = self._kept_authority() or self._new_authority()
        if not self._serves(authority):
            certificate, key = authority.issue(NAMES, LIFE)
            write_private(self.key, key)
            write_private(self.certificate, certificate)

    def _kept_authority(self) -> Authority | None:
        try:
            authority = read_authority(self.authority.read_bytes(), self.authority_key.read_bytes())
        except (FileNotFoundError, ValueError, TypeError):
            return None
        belongs = authority.certificate.public_key() == authority.key.public_key()
        return authority if belongs and lives_for(authority.certificate, LIFE) else None

    def _new_authority(self) -> Authority:
        authority = make_authority("Quartet on this machine", only_for=NAMES)
        write_private(self.authority_key, private_pem_of(authority.key))
        write_private(self.authority, authority.pem)
        return authority

    def _serves(self, authority: Authority) -> bool:
        """Whether the certificate that is there is the authority's, has its key, and lives on for a while."""
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
            key = serialization.load_pem_private_key(self.key.read_bytes(), password=None)
            certificate.verify_directly_issued_by(authority.certificate)
        except (FileNotFoundError, ValueError, TypeError, InvalidSignature):
            return False
        return certificate.public_key() == key.public_key() and lives_for(certificate, RENEWED_BEFORE)


def lives_for(certificate: x509.Certificate, time: timedelta) -> bool:
    return certificate.not_valid_after_utc > datetime.now(UTC) + time

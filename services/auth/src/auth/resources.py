"""What the use cases of auth work with, made once for each process."""

from dataclasses import dataclass, field
from typing import Self

from auth.keyring import Keyring
from auth.passwords import Passwords
from auth.seals import Seals
from auth.settings import AuthSettings
from auth.sns import Certificates
from quartet.database import Database


@dataclass(frozen=True)
class Resources:
    settings: AuthSettings
    database: Database
    passwords: Passwords
    seals: Seals
    keyring: Keyring
    certificates: Certificates = field(default_factory=Certificates)

    @classmethod
    def of(cls, settings: AuthSettings) -> Self:
        """Return the resources that the settings name; nothing is opened yet."""
        database = Database(settings.database)
        seals = Seals([secret.get_secret_value() for secret in settings.secret_keys])
        return cls(settings, database, Passwords(settings.hash_slots), seals, Keyring(database, seals))

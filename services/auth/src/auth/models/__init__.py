"""The tables of auth, one module for each subject."""

from auth.models.audit import AuditEntry
from auth.models.base import Base
from auth.models.feed import FeedEvent, FeedHead
from auth.models.keys import SigningKey
from auth.models.mail import OutboxMail, SuppressedAddress
from auth.models.sessions import Session
from auth.models.throttles import FamiliarPlace, Throttle
from auth.models.users import Code, User

__all__ = [
    "AuditEntry",
    "Base",
    "Code",
    "FamiliarPlace",
    "FeedEvent",
    "FeedHead",
    "OutboxMail",
    "Session",
    "SigningKey",
    "SuppressedAddress",
    "Throttle",
    "User",
]

"""What slows guessing down."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from auth.models.base import Base
from quartet.database import UTCDateTime, exact


class Throttle(Base):
    """How often something has failed, or been asked for, of late. `key` is a digest: it tells nobody who was tried."""

    __tablename__ = "throttles"

    kind: Mapped[str] = mapped_column(exact(16), primary_key=True)
    key: Mapped[str] = mapped_column(exact(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class FamiliarPlace(Base):
    """A client address from which somebody has logged in of late: what strangers do elsewhere does not slow it down."""

    __tablename__ = "familiar_places"

    key: Mapped[str] = mapped_column(exact(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

"""How far auth's feed has been followed."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base
from quartet.database import exact


class FeedPosition(Base):
    """One row: how far this service has followed auth's feed."""

    __tablename__ = "feed_position"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cursor: Mapped[str] = mapped_column(exact(64))

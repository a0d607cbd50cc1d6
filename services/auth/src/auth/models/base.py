"""What all tables share."""

from sqlalchemy.orm import DeclarativeBase

from quartet.database import new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()

"""What all tables have in common."""

from sqlalchemy.orm import DeclarativeBase

from quartet.database import new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()

"""How far auth's feed has been followed."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.models import FeedPosition
from quartet.database import rows_changed


def position(session: Session) -> str:
    return session.scalars(select(FeedPosition.cursor)).one()


def move_position(session: Session, expected: str, cursor: str) -> bool:
    """Move from one cursor to the next; False when the position is another one by now."""
    return rows_changed(session, update(FeedPosition).where(FeedPosition.cursor == expected).values(cursor=cursor)) > 0

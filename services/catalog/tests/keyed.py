"""Requests that carry an idempotency key, and what is kept of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from catalog.models import KeyedRequest
from quartet.database import Database

TEAPOT = {"name": "Teapot", "price": 9.5}
KEY = {"Idempotency-Key": "one"}


def parts(answer: TestResponse) -> tuple[int, bytes, str, str, str]:
    """What an answer says, without what is each answer's own."""
    headers = answer.headers
    return answer.status_code, answer.data, headers["Location"], headers["ETag"], headers["Content-Type"]


def is_replayed(answer: TestResponse) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def let_pass(database: Database, seconds: float) -> None:
    """Put the clock of all keyed requests forward."""
    with database.writing() as session:
        for row in session.scalars(select(KeyedRequest)).all():
            row.expires_at -= timedelta(seconds=seconds)
        session.commit()


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()

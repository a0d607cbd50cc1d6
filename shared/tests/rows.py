"""The toy service with a table of rows, for the tests of a database that fails it."""

from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartet import database as storing
from quartet.database import Database
from quartet.guard import public
from quartet.testing import AuthServer
from shared.tests.toy import toy_app


def make_rows(database: Database) -> None:
    """Make the table, whose name stands for what no answer and no log may tell."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE hunter2 (id INTEGER)"))
        session.commit()


def count_rows(database: Database) -> int:
    with database.reading() as session:
        return int(session.execute(text("SELECT COUNT(*) FROM hunter2")).scalar_one())


def rows_client(
    database: Database, auth_server: AuthServer, folder: Path, midway: Callable[[Session], None] = lambda _: None
) -> FlaskClient:
    """Return a client of `POST /rows`, which adds a row and calls `midway` before it commits."""
    app = toy_app(auth_server, folder, {"database": database.check})
    storing.init_app(app)

    @app.post("/rows")
    @public
    def add_row() -> dict[str, str]:
        """Add a row."""
        with database.writing() as session:
            session.execute(text("INSERT INTO hunter2 VALUES (1)"))
            midway(session)
            session.commit()
        return {}

    return app.test_client()


def assert_unavailable(client: FlaskClient) -> None:
    answer = client.post("/rows")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.get_json()["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "1"
    assert "hunter2" not in answer.text

"""An import that is stopped says what it has done, and has done that and no more."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.repository import imports
from catalog.routes.current import TRANSFERS, Transfers
from catalog.slots import Slots
from catalog.use_cases import feed
from catalog.use_cases.imports import BATCH_LINES
from quartet.database import Database
from quartet.feed import FeedEvent
from quartet.health import draining
from services.catalog.tests.importing import CSV, exported, ndjson, send, send_arriving, teapots
from services.catalog.tests.seller import Seller


def limit(app: Flask, **limits: Any) -> None:
    """Give an app other limits."""
    present: Transfers = app.extensions[TRANSFERS]
    changed = present.limits.model_copy(update=limits)
    app.extensions[TRANSFERS] = replace(present, limits=changed)


def stopped(answer: TestResponse, status: int, code: str) -> list[int]:
    """Return the lines that a problem document tells as done."""
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype, problem["code"]) == (status, "application/problem+json", code)
    assert problem["created"] == len([line for line in problem["lines"] if "id" in line])
    return [line["line"] for line in problem["lines"]]


def stored(client: FlaskClient) -> list[str]:
    return [each["name"] for each in exported(client)]


def test_a_line_too_many(app: Flask, ada: Seller) -> None:
    limit(app, import_lines=3)
    assert send(ada, teapots(3)).status_code == 200
    answer = send(ada, teapots(5))
    assert stopped(answer, 413, "import_too_large") == [1, 2, 3]
    assert "at most 3 lines" in answer.get_json()["detail"]
    assert len(stored(ada.client)) == 6
    assert send(ada, b"\n" * 4).status_code == 413
    rest = send(ada, teapots(5), query="?from_line=4")
    assert (rest.status_code, [line["line"] for line in rest.get_json()["lines"]]) == (200, [4, 5])
    assert send(ada, b'name,price\n"a\n\n\nb",1\nb,1\nc,1\n', CSV).status_code == 200


def test_a_byte_too_many(app: Flask, ada: Seller) -> None:
    body = teapots(3)
    limit(app, import_bytes=len(body))
    assert send(ada, body).status_code == 200
    answer = send(ada, body + b"\n")
    assert (answer.status_code, answer.get_json()["code"]) == (413, "import_too_large")
    assert f"at most {len(body)} bytes" in answer.get_json()["detail"]
    assert len(stored(ada.client)) == 3


@pytest.mark.parametrize("extra", [0, 1])
def test_a_byte_too_many_of_a_body_without_a_length(app: Flask, ada: Seller, extra: int) -> None:
    body = teapots(3)
    limit(app, import_bytes=len(body))
    answer = send_arriving(ada, [body[:50], body[50:] + b"\n" * extra])
    if extra:
        assert stopped(answer, 413, "import_too_large") == [1]
    assert len(stored(ada.client)) == (1 if extra else 3)


def test_a_line_too_long(app: Flask, ada: Seller) -> None:
    limit(app, import_line_bytes=1024)
    answer = send(ada, teapots(2) + ndjson({"name": "a" * 1024, "price": 1}) + teapots(1))
    assert stopped(answer, 413, "import_too_large") == [1, 2]
    assert "at most 1024 bytes" in answer.get_json()["detail"]
    assert stored(ada.client) == ["Teapot 1", "Teapot 2"]


def test_a_body_that_breaks_off_stores_no_half_line(ada: Seller) -> None:
    whole = b"name,price\n" + b"Teapot,1.50\n" * (BATCH_LINES + 2)
    answer = send_arriving(ada, [whole[: -len("50\n")]], CSV, length=len(whole))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed_request")
    assert len(stored(ada.client)) == BATCH_LINES


def test_a_user_who_is_deleted_midway(ada: Seller, database: Database) -> None:
    deleted = FeedEvent(id=1, type="user.deleted", subject=ada.subject, value=None, created_at=1, expires_at=None)

    def body() -> Iterator[bytes]:
        yield teapots(BATCH_LINES)
        yield teapots(1)
        assert feed.absorb(database, [deleted], feed.position(database), "1.a")
        yield teapots(BATCH_LINES)

    answer = send_arriving(ada, body())
    assert stopped(answer, 401, "token_revoked") == list(range(1, BATCH_LINES + 1))
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert stored(ada.client) == []


@pytest.mark.parametrize("at", ["add_all", "commit"])
def test_a_database_that_goes_away_midway(ada: Seller, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    where: Any = Session if at == "commit" else imports
    work, calls = getattr(where, at), itertools.count(1)

    def go_away_at_the_second(*args: Any) -> Any:
        if next(calls) == 2:
            raise OperationalError("", {}, Exception("gone"))
        return work(*args)

    monkeypatch.setattr(where, at, go_away_at_the_second)
    answer = send(ada, teapots(3 * BATCH_LINES))
    assert stopped(answer, 503, "import_interrupted") == list(range(1, BATCH_LINES + 1))
    assert int(answer.headers["Retry-After"]) >= 1
    unsure = "they may be stored or not" if at == "commit" else "not stored"
    assert f"lines {BATCH_LINES + 1} to {2 * BATCH_LINES}" in answer.get_json()["detail"]
    assert unsure in answer.get_json()["detail"]
    monkeypatch.undo()
    assert len(stored(ada.client)) == BATCH_LINES


def test_a_service_that_is_stopped_ends_at_a_batch(ada: Seller) -> None:
    draining.set()
    try:
        answer = send(ada, teapots(2 * BATCH_LINES))
    finally:
        draining.clear()
    assert stopped(answer, 503, "import_interrupted") == list(range(1, BATCH_LINES + 1))
    assert f"line {BATCH_LINES} was the last" in answer.get_json()["detail"]


def test_whatever_goes_wrong_the_report_of_what_is_stored_is_not_lost(
    ada: Seller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work, calls = imports.add_all, itertools.count(1)

    def fail_at_the_second(*args: Any) -> Any:
        if next(calls) == 2:
            raise LookupError("unforeseen")
        return work(*args)

    monkeypatch.setattr(imports, "add_all", fail_at_the_second)
    answer = send(ada, teapots(3 * BATCH_LINES))
    assert stopped(answer, 503, "import_interrupted") == list(range(1, BATCH_LINES + 1))
    assert "unforeseen" not in answer.text
    assert any(record.exc_info and record.exc_info[0] is LookupError for record in caplog.records)


def test_two_batches_of_one_moment_are_told_apart(ada: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Standing":
            return cls(2026, 1, 1, tzinfo=tz)

    monkeypatch.setattr("catalog.use_cases.imports.datetime", Standing)
    assert send(ada, teapots(BATCH_LINES + 1)).get_json()["created"] == BATCH_LINES + 1
    assert len({each["created_at"] for each in exported(ada.client)}) == 2


def test_the_body_of_an_import_that_is_refused_is_not_waited_for(app: Flask, ada: Seller, grace: Seller) -> None:
    present: Transfers = app.extensions[TRANSFERS]
    app.extensions[TRANSFERS] = replace(present, imports=Slots(2))
    read = []

    def refused() -> Iterator[bytes]:
        read.append("refused")
        yield teapots(1)

    def third() -> Iterator[bytes]:
        assert send_arriving(Seller(ada.client, ada.tokens, "mallory"), refused()).status_code == 503
        yield teapots(1)

    def first() -> Iterator[bytes]:
        assert send_arriving(ada, refused()).status_code == 503, "one at a time of each user"
        assert send_arriving(grace, third()).status_code == 200
        yield teapots(1)

    assert send_arriving(ada, first()).status_code == 200
    assert read == []
    assert send(ada, teapots(1)).status_code == 200


def test_a_key_that_would_not_be_heeded_is_refused(ada: Seller) -> None:
    answer = send(ada, teapots(1), **{"Idempotency-Key": "one"})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert stored(ada.client) == []


def test_only_so_many_at_once(app: Flask, ada: Seller) -> None:
    present: Transfers = app.extensions[TRANSFERS]
    app.extensions[TRANSFERS] = replace(present, imports=Slots(1), exports=Slots(1))

    def body() -> Iterator[bytes]:
        busy = send(ada, teapots(1))
        assert (busy.status_code, busy.get_json()["code"]) == (503, "transfers_busy")
        assert int(busy.headers["Retry-After"]) >= 1
        yield teapots(1)

    assert send_arriving(ada, body()).status_code == 200
    assert send(ada, b"bad").status_code == 200
    with ada.client.get("/api/products/export") as under_way:
        busy = ada.client.get("/api/products/export")
        assert (under_way.status_code, busy.status_code) == (200, 503)
    assert ada.client.get("/api/products/export", buffered=True).status_code == 200


def test_what_becomes_of_an_import_is_logged(ada: Seller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        send(ada, teapots(2) + b"bad")
    (record,) = (each for each in caplog.records if each.message == "import ended")
    assert json.loads(json.dumps(record.__dict__["report"])) == {"created": 2, "failed": 1, "dry_run": False}

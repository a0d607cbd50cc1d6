"""Imports and exports over real connections: slow ones, broken ones, large ones."""

import json
import os
import select
import signal
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from catalog.routes.uploads import DRAIN_SECONDS, PIECE
from catalog.use_cases.imports import BATCH_LINES, create_all
from quartet.database import Database
from quartet.migrations import migrate
from quartet.testing import AuthServer, SigningKey, TokenMaker
from quartet.testing.waiting import eventually
from services.catalog.tests.importing import NDJSON, teapots
from services.catalog.tests.serving import DEADLINE, Server, serving

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server(signing_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(signing_key, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(signing_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that takes a single transfer at a time, of a thousand lines at most."""
    limits = {"TRANSFERS": "1", "TRANSFER_SECONDS": "30", "IMPORT_LINES": "1000"}
    with started(signing_key, tmp_path_factory.mktemp("hasty"), **limits) as server:
        yield server


@pytest.fixture(scope="module")
def impatient(signing_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that has a single thread for transfers, and three seconds for each."""
    limits = {"THREADS": "2", "TRANSFERS": "1", "TRANSFER_SECONDS": "3"}
    with started(signing_key, tmp_path_factory.mktemp("impatient"), **limits) as server:
        yield server


@contextmanager
def started(signing_key: SigningKey, state: Path, **settings: str) -> Iterator[Server]:
    migrate(f"sqlite:///{state}/catalog.db", "catalog")
    auth = AuthServer([signing_key])
    try:
        with serving(state, auth.url, **settings) as server:
            yield server
    finally:
        auth.close()


@pytest.fixture
def head(tokens: TokenMaker) -> bytes:
    """The beginning of a request."""
    lines = "POST /api/products/import HTTP/1.1", "Host: a", "Connection: close", f"Content-Type: {NDJSON}"
    return "\r\n".join((*lines, f"Authorization: Bearer {tokens.token()}", "")).encode()


def send(server: Server, tokens: TokenMaker, data: bytes | Iterator[bytes]) -> requests.Response:
    headers = {**tokens.bearer(), "Content-Type": NDJSON}
    return requests.post(f"{server.url}/api/products/import", data=data, headers=headers, timeout=DEADLINE)


def in_chunks(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + 100_000] for at in range(0, len(data), 100_000))


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def growth(server: Server, tokens: TokenMaker, few: int, many: int) -> int:
    """Return by how many bytes the peak of memory is higher for many products, imported and exported, than for few."""
    peaks = []
    for lines in (few, many):
        assert send(server, tokens, in_chunks(teapots(lines))).json()["created"] == lines
        with requests.get(f"{server.url}/api/products/export", stream=True, timeout=DEADLINE) as answer:
            assert sum(piece.count(b"\n") for piece in answer.iter_content(65536)) >= lines
        peaks.append(server.peak_memory())
    return peaks[1] - peaks[0]


def test_memory_does_not_grow_with_what_is_transferred(server: Server, tokens: TokenMaker) -> None:
    assert growth(server, tokens, 2_000, 20_000) < 8 * MEBIBYTE


@pytest.mark.slow
def test_memory_does_not_grow_with_all_that_may_be_transferred(server: Server, tokens: TokenMaker) -> None:
    assert growth(server, tokens, 10_000, 100_000) < 8 * MEBIBYTE


def test_the_answer_waits_until_all_is_sent(hasty: Server, tokens: TokenMaker) -> None:
    answer = send(hasty, tokens, teapots(200_000))
    assert (answer.status_code, answer.json()["created"]) == (413, 1000)
    assert send(hasty, tokens, in_chunks(teapots(200_000))).json()["created"] == 1000


@pytest.mark.parametrize("framing", [b"Content-Length: 1000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n16\r\n"])
def test_a_client_that_sends_too_slowly_is_told_so_and_holds_up_nobody(
    impatient: Server, tokens: TokenMaker, head: bytes, framing: bytes
) -> None:
    with impatient.connect() as slow:
        slow.sendall(head + framing + b'{"name":"a","price":1}')
        told = read_all(slow)
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"at most 3 seconds to arrive" in told
    assert send(impatient, tokens, b"").status_code == 200


@pytest.mark.parametrize("rest", [b"", b"\r\n0\r", b"no chunk"])
def test_a_broken_body_stores_nothing_of_its_last_batch(
    hasty: Server, tokens: TokenMaker, head: bytes, rest: bytes
) -> None:
    with hasty.connect() as broken:
        broken.sendall(head + b'Transfer-Encoding: chunked\r\n\r\n16\r\n{"name":"a","price":7}' + rest)
        broken.shutdown(socket.SHUT_WR)
        assert read_all(broken).startswith(b"HTTP/1.1 400 ")
    assert eventually(lambda: send(hasty, tokens, b"").status_code == 200)
    assert requests.get(f"{hasty.url}/api/products/export?min_price=7", timeout=DEADLINE).content == b""


def test_a_reader_who_does_not_read_is_cut_off(impatient: Server) -> None:
    database = Database(f"sqlite:///{impatient.state}/catalog.db")
    long = {"name": "a", "price": Decimal(1), "description": "b" * 10_000, "currency": "USD"}
    create_all(database, str(uuid.uuid4()), "ada", [long] * 1000)
    database.engine.dispose()
    with impatient.connect() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(b"GET /api/products/export HTTP/1.1\r\nHost: a\r\n\r\n")
        url = f"{impatient.url}/api/products/export?min_price=2"
        assert eventually(lambda: requests.get(url, timeout=DEADLINE).status_code == 503)
        assert eventually(lambda: requests.get(url, timeout=DEADLINE).status_code == 200)


def test_imports_that_are_refused_hold_no_thread(server: Server, head: bytes) -> None:
    soon = DRAIN_SECONDS / 2
    with ExitStack() as held:
        slow = [held.enter_context(server.connect()) for _ in range(8)]
        for each in slow:
            each.sendall(head + b"Content-Length: 1000\r\n\r\n{")
        for _ in range(len(slow) - 1):  # the user has one import under way
            refused = next(iter(select.select(slow, [], [], soon)[0]))
            assert refused.recv(65536).startswith(b"HTTP/1.1 503 ")
            slow.remove(refused)
            refused.close()
        assert requests.get(f"{server.url}/api/products?limit=1", timeout=soon).status_code == 200


def test_a_report_that_nobody_reads_holds_no_thread(signing_key: SigningKey, tmp_path: Path, head: bytes) -> None:
    lines = b"x\n" * 99_999
    with started(signing_key, tmp_path, THREADS="1", TRANSFER_SECONDS="6") as single, single.connect() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(head + b"Content-Length: %d\r\n\r\n" % len(lines) + lines)
        assert requests.get(f"{single.url}/api/products", timeout=DEADLINE).status_code == 200


def test_an_import_that_trickles_is_told_that_the_service_is_stopped(
    signing_key: SigningKey, tmp_path: Path, head: bytes
) -> None:
    with started(signing_key, tmp_path) as stopping, stopping.connect() as slow:
        lines = teapots(4 * BATCH_LINES)
        slow.sendall(head + b"Content-Length: %d\r\n\r\n" % (2 * len(lines)) + lines)
        whole = lines[:PIECE].count(b"\n") // BATCH_LINES * BATCH_LINES
        counted = f"{stopping.url}/api/products?with_total=true"
        assert eventually(lambda: requests.get(counted, timeout=DEADLINE).json()["total"] == whole)
        os.kill(stopping.worker, signal.SIGTERM)
        start, _, told = read_all(slow).partition(b"\r\n\r\n")
        assert start.startswith(b"HTTP/1.1 503 ")
        with closing(sqlite3.connect(stopping.state / "catalog.db")) as connection:
            (stored,) = connection.execute("SELECT count(*) FROM products").fetchone()
    problem = json.loads(told)
    assert (problem["code"], problem["created"]) == ("import_interrupted", stored)
    assert stored >= whole


def test_an_export_that_fails_midway_looks_broken(server: Server, tokens: TokenMaker) -> None:
    assert send(server, tokens, teapots(20_000)).status_code == 200
    with requests.get(f"{server.url}/api/products/export", stream=True, timeout=DEADLINE) as answer:
        assert answer.status_code == 200
        with closing(sqlite3.connect(server.state / "catalog.db")) as connection:
            connection.execute("ALTER TABLE products RENAME TO elsewhere")
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                list(answer.iter_content(65536))
            connection.execute("ALTER TABLE elsewhere RENAME TO products")

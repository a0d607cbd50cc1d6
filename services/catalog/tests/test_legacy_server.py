"""The older catalog's list over real connections: all of it in constant memory, and never half of it as if whole."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from quartet.testing import SigningKey, TokenMaker
from quartet.testing.waiting import eventually
from services.catalog.tests.importing import ndjson
from services.catalog.tests.serving import DEADLINE, Server
from services.catalog.tests.test_import_server import MEBIBYTE, in_chunks, send, started

PATH = "/legacy/catalog/api/products"
FEW, MANY = 500, 5_000


@pytest.fixture(scope="module")
def server(signing_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"THREADS": "2", "TRANSFERS": "1", "TRANSFER_SECONDS": "5"}
    with started(signing_key, tmp_path_factory.mktemp("legacy"), **limits) as server:
        yield server


def offer(server: Server, tokens: TokenMaker, count: int) -> None:
    lines = ndjson(*({"name": f"Teapot {n}", "price": 1, "description": "b" * 4_000} for n in range(count)))
    assert send(server, tokens, in_chunks(lines)).json()["created"] == count


def read(server: Server) -> requests.Response:
    return requests.get(server.url + PATH, stream=True, timeout=DEADLINE)


def test_memory_does_not_grow_with_the_list(server: Server, tokens: TokenMaker) -> None:
    peaks = []
    for count in (FEW, MANY):
        offer(server, tokens, count)
        with read(server) as answer:
            body = b"".join(answer.iter_content(65536))
        assert len(json.loads(body)) >= count
        peaks.append(server.peak_memory())
    assert peaks[1] - peaks[0] < 8 * MEBIBYTE < len(body) / 2


def test_a_list_that_fails_midway_looks_broken(server: Server) -> None:
    with read(server) as answer, closing(sqlite3.connect(server.state / "catalog.db")) as connection:
        assert answer.status_code == 200
        connection.execute("ALTER TABLE products RENAME TO elsewhere")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(answer.iter_content(65536))
        connection.execute("ALTER TABLE elsewhere RENAME TO products")


def test_a_reader_who_does_not_read_is_cut_off(server: Server) -> None:
    with server.connect() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert lazy.recv(12) == b"HTTP/1.1 200"
        assert eventually(lambda: status_of_another(server) == 503)
        assert eventually(lambda: status_of_another(server) == 200)


def status_of_another(server: Server) -> int:
    with requests.get(f"{server.url}{PATH}", timeout=DEADLINE, stream=True) as answer:
        return answer.status_code

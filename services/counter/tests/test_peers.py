"""Who reads a streamed answer."""

import contextlib
import select
import socket
import struct
from collections.abc import Iterator

import pytest

from counter.routes import peers
from counter.routes.peers import Peer

LINES = b"x" * 65536


@pytest.fixture
def ends() -> Iterator[tuple[Peer, socket.socket, socket.socket]]:
    """Who reads, as seen from here; our end of the connection, and theirs."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as theirs:
        ours, _ = listener.accept()
        with ours:
            yield Peer(ours), ours, theirs


def test_who_listens_is_there(ends: tuple[Peer, socket.socket, socket.socket]) -> None:
    peer, _, theirs = ends
    assert not peer.has_gone()
    assert peer.takes()
    theirs.sendall(b"GET / HTTP/1.1\r\n")  # the next request, before the end of this answer
    assert not peer.has_gone()


@pytest.mark.parametrize("hard", [False, True], ids=["closed", "reset"])
def test_who_has_closed_is_gone(ends: tuple[Peer, socket.socket, socket.socket], hard: bool) -> None:
    peer, ours, theirs = ends
    if hard:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()
    assert peers.poll(ours, select.POLLIN, 10_000)
    assert peer.has_gone()


def test_who_takes_nothing_is_given_up(
    ends: tuple[Peer, socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, ours, _ = ends
    monkeypatch.setattr(peers, "PATIENCE", 10)
    ours.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            ours.send(LINES)
    ours.settimeout(5)
    assert not peer.takes()
    with pytest.raises(BrokenPipeError):
        ours.sendall(b"the end")  # it would have waited for ever


def test_of_a_server_that_shows_no_connection_all_is_hoped() -> None:
    peer = Peer(None)
    assert peer.takes()
    assert not peer.has_gone()

"""What is asked of another part goes there and nowhere else, whatever the environment says."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from quartet.feed import START, FeedReader
from quartet.keys import RemoteKeys
from quartet.testing import INTERNAL_SECRET, AuthServer


@pytest.fixture
def overheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a proxy gets to read that the environment names for all."""
    heard: list[str] = []

    def proxy(environ: Any, start_response: Any) -> Any:
        heard.append(str(Request(environ).headers))
        return Response(status=502)(environ, start_response)

    server = make_server("127.0.0.1", 0, proxy, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_feed_is_asked_past_a_proxy(auth_server: AuthServer, overheard: list[str]) -> None:
    auth_server.feed.append("user.deleted", "ada")
    assert [event.subject for event in FeedReader(auth_server.url, INTERNAL_SECRET).page(START).items] == ["ada"]
    assert overheard == []


def test_keys_are_asked_past_a_proxy(auth_server: AuthServer, overheard: list[str], tmp_path: Path) -> None:
    keys = RemoteKeys(f"{auth_server.url}/.well-known/jwks.json", tmp_path / "jwks.json", ("ES256",))
    assert keys.find(auth_server.keys[0].kid) is not None
    assert overheard == []


def test_a_netrc_does_not_take_the_place_of_the_secret(
    auth_server: AuthServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password hunter2")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert FeedReader(auth_server.url, INTERNAL_SECRET).page(START).items == []

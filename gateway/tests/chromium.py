"""Headless Chromium, spoken to in its debugging protocol over two pipes."""

import contextlib
import json
import os
import selectors
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

DEADLINE = 60.0
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
)

Event = dict[str, Any]


class Chromium:
    """A Chromium of its own; `heard` is told of every event, and of which session it is."""

    def __init__(self, profile: Path, heard: Callable[[str | None, str, Event], None]) -> None:
        read_by_it, self._commands = os.pipe()
        self._answers, written_by_it = os.pipe()
        command = shlex.join(("exec", "chromium", *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"))
        # Chromium reads commands from its descriptor 3 and writes to 4.
        self._process = subprocess.Popen(
            ["bash", "-c", f"{command} 3<&{read_by_it} 4>&{written_by_it}"],
            pass_fds=(read_by_it, written_by_it),
            stderr=subprocess.DEVNULL,
        )
        os.close(read_by_it)
        os.close(written_by_it)
        self._heard = heard
        self._buffer, self._last = b"", 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._send("Browser.close", {}, None)
        try:
            self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._commands)
        os.close(self._answers)

    def call(self, method: str, parameters: Event, session: str | None = None) -> Event:
        number = self._send(method, parameters, session)
        for message in self._messages():
            if message.get("id") == number:
                assert "error" not in message, message["error"]
                result: Event = message["result"]
                return result
            self._heard(message.get("sessionId"), message.get("method", ""), message.get("params", {}))
        raise AssertionError("Chromium has ended")

    def _send(self, method: str, parameters: Event, session: str | None) -> int:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        return self._last

    def _messages(self) -> Iterator[Event]:
        with selectors.DefaultSelector() as readable:
            readable.register(self._answers, selectors.EVENT_READ)
            while True:
                while b"\0" in self._buffer:
                    line, _, self._buffer = self._buffer.partition(b"\0")
                    yield json.loads(line)
                assert readable.select(DEADLINE), "Chromium does not answer"
                read = os.read(self._answers, 1 << 20)
                if not read:
                    return
                self._buffer += read

"""Bodies that are read while they arrive."""

import socket
from collections.abc import Iterator
from threading import Timer
from types import TracebackType
from typing import Self

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from catalog.errors import ImportInterrupted, ImportTooLarge, UnknownFormat
from catalog.routes.deadlines import EarlyTimer, shut_after
from quartet.bodies import plain_stream
from quartet.health import draining

PIECE = 64 * 1024
DRAIN_SECONDS = 10.0


class Upload:
    """The body of the present request, read in the block of a `with`; what is left at its end is read and forgotten.

    For an answer that begins while the client still sends may never be read, and the two could wait for each other.
    """

    def __init__(self, largest: int, seconds: float) -> None:
        """Begin with the body; raises ImportTooLarge, or UnknownFormat when it says that it is compressed."""
        self._largest, self._seconds = largest, seconds
        self._read = 0
        self._late = self._ended = self._broken = False
        # One more: werkzeug refuses the look that finds a chunked body at its end.
        request.max_content_length = largest + 1
        if (request.content_length or 0) > largest:
            raise self._too_large()
        try:
            self._stream = plain_stream()
        except UnsupportedMediaType:
            raise UnknownFormat("The body must not be compressed: leave out Content-Encoding.") from None
        self._timer = self._shut_after(seconds, EarlyTimer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._timer = self._shut_after(DRAIN_SECONDS)
        try:
            for _ in self.pieces():
                pass
        except (ImportTooLarge, ImportInterrupted, BadRequest):
            pass
        self._timer.cancel()

    def pieces(self) -> Iterator[bytes]:
        """Yield the body in pieces.

        Raises:
            ImportTooLarge: it is longer than it may be, or takes longer to arrive.
            ImportInterrupted: the service is being stopped before all of it is there.
            BadRequest: it broke off; what was read may end amid a line.
        """
        while not self._ended and (piece := self._next()):
            yield piece
        is_cut = self._broken or self._read < (request.content_length or 0)
        if is_cut and self._late and draining.is_set():
            raise ImportInterrupted("The service is being stopped; nothing is stored behind what is told of.")
        if is_cut and self._late:
            raise ImportTooLarge(f"The body may take at most {self._seconds:g} seconds to arrive.")
        if is_cut:
            raise BadRequest

    def _next(self) -> bytes:
        try:
            piece = self._stream.read(PIECE)
        except RequestEntityTooLarge:
            self._ended = True
            raise self._too_large() from None
        except Exception as error:  # gunicorn's, of what is no chunk, or the connection's
            self._ended = self._broken = True
            if self._late:
                return b""
            raise BadRequest from error
        self._read += len(piece)
        self._ended = not piece
        if self._read > self._largest:
            self._ended = True
            raise self._too_large()
        return piece

    def _too_large(self) -> ImportTooLarge:
        return ImportTooLarge(f"The body may have at most {self._largest} bytes.")

    def _shut_after(self, seconds: float, kind: type[Timer] = Timer) -> Timer:
        return shut_after(seconds, socket.SHUT_RD, self._note_late, kind)

    def _note_late(self) -> None:
        self._late = True

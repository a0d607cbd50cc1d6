"""Answers that are made while they are read, in constant memory."""

import socket
from collections.abc import Iterator
from itertools import chain

from flask import Response

from catalog.routes.current import transfers
from catalog.routes.deadlines import shut_after
from catalog.slots import Slots

PIECE = 32 * 1024


def streamed(pieces: Iterator[bytes], content_type: str, slots: Slots) -> Response:
    """Return an answer made of pieces; one that fails midway breaks off, and without its last chunk is not whole.

    It holds one of the slots to its end, which comes by the deadline however slowly it is read.

    Raises:
        TransfersBusy: there is no slot; nothing has been read of `pieces`.
    """
    give_back = slots.take()
    larger = _joined(pieces)
    try:
        first = next(larger)  # before the answer is begun: where the database is away, it can still say so
    except BaseException:
        give_back()
        raise
    answer = Response(chain([first], larger), content_type=content_type)
    answer.call_on_close(give_back)
    answer.call_on_close(shut_after(transfers().limits.transfer_seconds, socket.SHUT_RDWR).cancel)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # the gateway would write what a slow reader leaves to its disk
    return answer


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in larger pieces."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)

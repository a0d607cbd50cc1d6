"""Kinds of faults: what is done to a container, and how it ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.integration.platform_compose import ComposePlatform

Fault = Callable[[ComposePlatform, str], AbstractContextManager[None]]


@contextmanager
def killed(platform: ComposePlatform, part: str) -> Iterator[None]:
    """kill -9; Docker starts it again."""
    platform.kill(part)
    yield


@contextmanager
def restarted(platform: ComposePlatform, part: str) -> Iterator[None]:
    """Stopped in good order and started again, as by a new configuration."""
    restart = threading.Thread(target=platform.container(part).restart)
    restart.start()
    try:
        yield
    finally:
        restart.join()


@contextmanager
def paused(platform: ComposePlatform, part: str) -> Iterator[None]:
    """Frozen: connections stay open and nothing answers."""
    platform.pause(part)
    try:
        yield
    finally:
        platform.unpause(part)


@contextmanager
def disconnected(platform: ComposePlatform, part: str) -> Iterator[None]:
    """Off all its networks, as if the cable were pulled."""
    platform.disconnect(part)
    try:
        yield
    finally:
        platform.reconnect(part)


KINDS: dict[str, Fault] = {f.__name__: f for f in (killed, restarted, paused, disconnected)}
LASTING = {"paused", "disconnected"}
"""The part is certainly away meanwhile; otherwise it may be back before anybody asks."""

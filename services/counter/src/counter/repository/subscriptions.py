"""Listening to what is published."""

from types import TracebackType
from typing import Any, Self

from redis import Redis, exceptions


class Subscription:
    """One channel, listened to on a connection of its own until `close`.

    It is in force once it is there: what is published afterwards is received, or the loss of the connection is told.
    """

    def __init__(self, redis: Redis, channel: str, patience: float) -> None:
        self._pubsub = redis.pubsub()  # type: ignore[no-untyped-call]
        try:
            self._pubsub.subscribe(channel)
            if self._pubsub.get_message(timeout=patience) is None:
                raise exceptions.TimeoutError("the subscription was not confirmed")
        except BaseException:
            self.close()
            raise

    def receive(self, timeout: float) -> str | None:
        """Return the next message, or None after about `timeout` seconds without one.

        Raises:
            StoreUnavailable: (within `Store.subscribe`) the connection is lost, and with it perhaps messages.
        """
        message: dict[str, Any] | None = self._pubsub.get_message(timeout=timeout)
        if message is None:
            return None
        if message["type"] != "message":  # redis-py has connected and subscribed anew
            raise exceptions.ConnectionError("the subscription was interrupted")
        return str(message["data"])

    def close(self) -> None:
        self._pubsub.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

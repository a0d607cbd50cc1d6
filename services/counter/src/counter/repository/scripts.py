"""Lua, executed by Redis in one step."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import NoScriptError


class Script:
    """A script, to be called with its keys and its other arguments within `Store.redis()`.

    It is one round trip. A Redis that does not know the script says so without executing anything, and is sent the
    whole of it.
    """

    def __init__(self, client: Callable[[], Redis], text: str) -> None:
        self._client = client
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[str], args: Iterable[str | int | float] = ()) -> Any:
        given = (*keys, *args)
        try:
            return self._client().evalsha(self._digest, len(keys), *given)
        except NoScriptError:
            return self._client().eval(self._text, len(keys), *given)

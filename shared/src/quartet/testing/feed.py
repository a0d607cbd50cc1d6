"""A feed that a test writes to."""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from quartet.testing.token_maker import Json


@dataclass
class Feed:
    """auth's events in order; a cursor of another history is answered with reset."""

    items: list[Json] = field(default_factory=list)
    nonce: str = field(default_factory=lambda: uuid.uuid4().hex)
    skew: int = 0
    page_size: int = 1000

    def now(self) -> int:
        """The feed's own clock, `skew` seconds off."""
        return int(time.time()) + self.skew

    def append(self, kind: str, subject: str, value: object = None, **times: int | None) -> None:
        """Append an event, of now if no `created_at` or `expires_at` is given."""
        now = self.now()
        self.items.append(
            {
                "id": len(self.items) + 1,
                "type": kind,
                "subject": subject,
                "value": None if value is None else str(value),
                "created_at": times.get("created_at", now),
                "expires_at": times.get("expires_at", None if kind == "user.deleted" else now + 3630),
            }
        )

    def restore(self, items: Iterable[Json]) -> None:
        """Go back to an older backup: another history from here on."""
        self.items = list(items)
        self.nonce = uuid.uuid4().hex

    def page(self, after: str, limit: int) -> Json:
        position, _, nonce = after.partition(".")
        if after != "0" and nonce != self.nonce:
            return {"now": self.now(), "items": [], "next": "0", "more": False, "reset": True}
        rest = self.items[int(position) :]
        items = rest[: min(limit, self.page_size)]
        cursor = f"{items[-1]['id']}.{self.nonce}" if items else after
        return {"now": self.now(), "items": items, "next": cursor, "more": len(rest) > len(items), "reset": False}

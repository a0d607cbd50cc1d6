"""Reading auth's feed: revoked sessions, deleted and renamed users, in order and without gaps."""

from dataclasses import dataclass

import requests
from pydantic import BaseModel, ConfigDict

from quartet import peers

START = "0"
PAGE = 1000


class FeedUnavailable(Exception):
    """Auth does not answer, or not with a feed."""


class FeedEvent(BaseModel):
    """One event; times in epoch seconds. `value` depends on the type: a new `ver`, a new name, a time, or nothing."""

    model_config = ConfigDict(frozen=True)

    id: int
    type: str
    subject: str
    value: str | None
    created_at: int
    expires_at: int | None


class FeedPage(BaseModel):
    """Some events after a cursor. With `reset` the cursor was unknown: start over from START."""

    model_config = ConfigDict(frozen=True)

    now: int
    items: list[FeedEvent]
    next: str
    more: bool
    reset: bool


@dataclass(frozen=True)
class FeedReader:
    """Pulls pages of the feed over HTTP."""

    url: str
    secret: str
    timeout: tuple[float, float] = (0.5, 4.0)

    def page(self, after: str) -> FeedPage:
        """Return the page that follows the cursor `after`; raises FeedUnavailable."""
        try:
            answer = peers.get(
                f"{self.url}/internal/feed",
                params={"after": after, "limit": str(PAGE)},
                headers={"Authorization": f"Bearer {self.secret}"},
                timeout=self.timeout,
            )
            answer.raise_for_status()
            return FeedPage.model_validate_json(answer.content)
        except (requests.RequestException, ValueError) as error:
            raise FeedUnavailable(type(error).__name__) from error

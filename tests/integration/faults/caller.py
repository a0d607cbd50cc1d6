"""One request to the gateway, and what it came to: done, refused, or nobody knows."""

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import requests

from tests.integration.platform_client import Api

PATIENCE = 15.0
"""Seconds that an answer may take: more than the gateway's own patience with a service, UPSTREAM_TIMEOUT below."""

UPSTREAM_TIMEOUT = 5
AWAY = {502, 503, 504}


class Outcome(Enum):
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reply:
    """An answer; without a status, the connection broke or the patience ended."""

    asked: str
    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    broken: str = ""

    @property
    def outcome(self) -> Outcome:
        """4xx promises that nothing was done. 5xx promises nothing: a commit's answer may have been lost behind it."""
        if self.status is None or self.status >= 500:
            return Outcome.UNKNOWN
        return Outcome.DONE if self.status < 400 else Outcome.REFUSED

    @property
    def done(self) -> bool:
        return self.outcome is Outcome.DONE

    @property
    def well_told(self) -> bool:
        """Whether a failure is a problem document that says when to come again."""
        return (
            self.status in AWAY
            and self.headers.get("content-type") == "application/problem+json"
            and int(self.headers.get("retry-after", "0")) > 0
        )

    def __str__(self) -> str:
        return f"{time.strftime('%X')} {self.asked}: {self.status or self.broken} {self.body if not self.done else ''}"


class Caller:
    """Api for those who must go on whatever comes: a broken connection is a reply too. One for each thread."""

    def __init__(self, url: str) -> None:
        self._api = Api(url)

    def ask(self, method: str, path: str, **options: Any) -> Reply:
        asked = f"{method} {path}"
        options.setdefault("timeout", PATIENCE)
        try:
            answer = self._api.request(method, path, **options)
        except requests.RequestException as error:
            return Reply(asked, None, broken=type(error).__name__)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        document = "json" in headers.get("content-type", "")
        return Reply(asked, answer.status_code, headers, answer.json() if document else answer.text[:200])

"""What counter can be told beside the platform's settings."""

import os
from typing import ClassVar

from pydantic import Field, field_validator

from counter.limits import LONGEST_VISITOR_DAYS, Limits
from counter.repository import redis_urls
from quartet.settings import Authority, Settings

KEPT = Limits()
UNTOLD_THREADS = 4
"""Threads of a server that is told no number: waitress has 4, gunicorn with our settings 8."""


class CounterSettings(Settings):
    service: ClassVar[str] = "counter"

    port: int = Field(default=5003, ge=0, le=65535, description="Port to listen at.")
    redis_url: str = Field(
        default="redis://127.0.0.1:6379/0",
        description="Redis or Valkey: `redis://[user:password@]host[:port][/db]`, "
        "`redis+sentinel://[user:password@]host[:port],…/master[/db]` or "
        "`redis+cluster://[user:password@]host[:port],…`; `rediss…` for TLS.",
        repr=False,
    )
    redis_tls_ca: Authority | None = Field(
        default=None,
        description="File (PEM) with the authority of Redis's certificate, where it is none that the system knows.",
    )
    counters_per_user: int = Field(
        KEPT.counters, ge=1, le=1_000_000, description="The most counters that a user may have."
    )
    keys_per_user: int = Field(
        KEPT.keyed,
        ge=1,
        le=10_000_000,
        description="Requests that a user may send with Idempotency-Keys of their own within 24 hours; 300 bytes each.",
    )
    series_hours: int = Field(
        KEPT.hours, ge=1, le=8784, description="Hours for which a counter's sums of an hour are kept."
    )
    series_days: int = Field(KEPT.days, ge=1, le=3660, description="Days for which a counter's sums of a day are kept.")
    visitor_days: int = Field(
        KEPT.visitor_days,
        ge=1,
        le=LONGEST_VISITOR_DAYS,
        description="Days for which a counter's visitors of a day are kept: up to 12 KiB for each counter and day.",
    )

    threads: int = Field(
        48,
        ge=1,
        le=256,
        description="Threads of each worker process; streams take three quarters at most. Served otherwise than by "
        "`counter serve`, and without this in the environment, streams take three.",
    )
    stream_places: int = Field(
        32, ge=1, le=192, description="Streams that are open at once in a worker process, at most."
    )
    stream_places_per_user: int = Field(8, ge=1, le=192, description="How many of them may be one user's.")
    stream_seconds: int = Field(60, ge=1, le=60, description="Life of a stream, and so of one whose user logged out.")
    stream_heartbeat: int = Field(15, ge=1, le=30, description="How long nothing is sent in a stream at the most.")

    @property
    def places(self) -> int:
        """Streams of a worker process: so few that requests of other kinds always find a thread.

        THREADS in the environment is what the process was started with: `counter serve` puts it there. Other ways of
        serving know nothing of our default, nor of a file with settings.
        """
        threads = self.threads if "THREADS" in os.environ else min(self.threads, UNTOLD_THREADS)
        return min(self.stream_places, threads * 3 // 4)

    @property
    def limits(self) -> Limits:
        return Limits(
            self.counters_per_user, self.keys_per_user, self.series_hours, self.series_days, self.visitor_days
        )

    @field_validator("redis_url")
    @classmethod
    def _leads_to_redis(cls, value: str) -> str:
        redis_urls.parse(value)
        return value

"""What counter can be told beside the platform's settings."""

import ssl
from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from counter.repository import redis_urls
from quartet.settings import Settings


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
    redis_tls_ca: Path | None = Field(
        default=None,
        description="File (PEM) with the authority of Redis's certificate, where it is none that the system knows.",
    )

    @field_validator("redis_url")
    @classmethod
    def _leads_to_redis(cls, value: str) -> str:
        redis_urls.parse(value)
        return value

    @field_validator("redis_tls_ca")
    @classmethod
    def _holds_certificates(cls, value: Path | None) -> Path | None:
        try:
            ssl.create_default_context(cafile=value)
        except OSError:
            raise ValueError("there is no file with certificates (PEM) that can be read") from None
        return value

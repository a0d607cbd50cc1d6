"""What counter can be told beside the platform's settings."""

from typing import ClassVar

from pydantic import Field

from quartet.settings import Settings


class CounterSettings(Settings):
    service: ClassVar[str] = "counter"

    port: int = Field(default=5003, ge=0, le=65535, description="Port to listen at.")
    redis_url: str = Field(
        default="redis://127.0.0.1:6379/0", description="Redis or Valkey; rediss:// for TLS.", pattern="^rediss?://"
    )

"""What catalog can be told beside the platform's settings."""

from typing import ClassVar

from pydantic import Field

from quartet.database import DatabaseSettings
from quartet.settings import InternalSettings


class CatalogSettings(InternalSettings, DatabaseSettings):
    service: ClassVar[str] = "catalog"

    port: int = Field(default=5002, ge=0, le=65535, description="Port to listen at.")
    feed_interval: float = Field(default=0.5, gt=0, description="Pause of the follower when auth's feed has no more.")
    worker_port: int = Field(default=5012, ge=0, le=65535, description="Port of the follower's health and metrics.")
    import_lines: int = Field(default=100_000, ge=1, description="The most lines that an import may have.")
    import_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=1,
        description="The most bytes that an import may have; the gateway lets 64 MiB pass.",
    )
    import_line_bytes: int = Field(
        default=131_072, ge=1024, le=131_072, description="The most bytes that a line of an import may have."
    )
    transfer_seconds: float = Field(
        default=300, gt=0, description="The longest that the body of an import, or an export, may take to be sent."
    )
    transfers: int = Field(
        default=2,
        ge=1,
        description="Imports that a worker process takes at once; as many exports, and long lists of old clients.",
    )

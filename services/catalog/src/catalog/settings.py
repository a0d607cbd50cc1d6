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

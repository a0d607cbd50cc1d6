"""What the vectors service can be told beside the platform's settings."""

from typing import ClassVar

from pydantic import Field

from quartet.settings import Settings


class VectorsSettings(Settings):
    service: ClassVar[str] = "vectors"

    port: int = Field(default=5004, ge=0, le=65535, description="Port to listen at.")

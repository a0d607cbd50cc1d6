"""Which kind of platform the tests run against: `PLATFORM=embedded` (the default)."""

import os
from pathlib import Path

import pytest

from tests.integration.platform_embedded import EmbeddedPlatform

Platform = EmbeddedPlatform

DEFAULTS = {"RATE_LIMIT_FACTOR": "1000"}


def launch_platform(folder: Path, settings: dict[str, str]) -> Platform:
    """A fresh, healthy platform with `settings` over DEFAULTS and its data in `folder`."""
    kind = os.environ.get("PLATFORM", "embedded")
    if kind == "embedded":
        return EmbeddedPlatform(folder, DEFAULTS | settings)
    raise pytest.UsageError(f"PLATFORM={kind}: known is only embedded")

"""Which platform the tests run against: GATEWAY_URL, else PLATFORM=embedded (the default), compose or podman."""

import os
from pathlib import Path

import pytest

from tests.integration.platform_compose import ComposePlatform
from tests.integration.platform_deployed import DeployedPlatform
from tests.integration.platform_embedded import EmbeddedPlatform
from tests.integration.platform_podman import PodmanPlatform

Platform = EmbeddedPlatform | ComposePlatform | DeployedPlatform

DEFAULTS = {"RATE_LIMIT_FACTOR": "1000", "THROTTLE_FACTOR": "1000"}
# For what would take long: nobody confirms an e-mail; a next key is near, and the end of a stream as that of a refresh
# token's reuse, and that of a recent login.
HASTE = 2
SOON = ("KEY_PUBLISH_LEAD", "RECENT_LOGIN", "REFRESH_REUSE_WINDOW", "STREAM_SECONDS")
HASTY = {"EMAIL_CONFIRMATION": "off"} | dict.fromkeys(SOON, str(HASTE))


def kind_of_platform() -> str:
    """embedded, compose, podman or deployed."""
    if os.environ.get("GATEWAY_URL"):
        return "deployed"
    kind = os.environ.get("PLATFORM", "embedded")
    if kind not in ("embedded", "compose", "podman"):
        raise pytest.UsageError(f"PLATFORM={kind}: known are embedded, compose and podman")
    return kind


def launch_platform(folder: Path, settings: dict[str, str]) -> Platform:
    """A fresh, healthy platform with `settings` over DEFAULTS and its data in `folder`; a deployed one is as it is."""
    match kind_of_platform():
        case "deployed":
            if settings:
                pytest.skip(f"needs a platform with {', '.join(settings)}: not given with GATEWAY_URL")
            return DeployedPlatform(os.environ["GATEWAY_URL"])
        case "compose":
            return ComposePlatform(folder, DEFAULTS | settings)
        case "podman":
            return PodmanPlatform(folder, DEFAULTS | settings)
    return EmbeddedPlatform(folder, DEFAULTS | settings)

"""Slow lines: all that a container sends goes through a bucket that lets little through (tc, by root, from outside)."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.platform_compose import ComposePlatform

RATES = {"mysql": "256kbit", "redis": "2kbit"}
"""Less than each store sends in busy moments: packets wait in a queue, and what that has no room for is lost."""


@contextmanager
def slow(platform: ComposePlatform, part: str) -> Iterator[None]:
    """Narrow a container's way out, on all its networks."""
    links = re.findall(r"^\d+: (\w+)@", _within(platform, part, "ip", "-o", "link"), re.MULTILINE)
    assert links
    bucket = ("tbf", "rate", RATES[part], "burst", "1600", "latency", "400ms")
    for link in links:
        _within(platform, part, "tc", "qdisc", "add", "dev", link, "root", *bucket)
    try:
        yield
    finally:
        for link in links:
            _within(platform, part, "tc", "qdisc", "del", "dev", link, "root")


def has_held_back(platform: ComposePlatform, part: str) -> bool:
    """Whether the bucket has had packets wait."""
    counts = re.findall(r"qdisc tbf .*?overlimits (\d+)", _within(platform, part, "tc", "-s", "qdisc"), re.DOTALL)
    return any(map(int, counts))


def _within(platform: ComposePlatform, part: str, *command: str) -> str:
    """What a command of this machine says, run in a container's network."""
    pid = platform.container(part).attrs["State"]["Pid"]
    entered = ("nsenter", f"--net=/proc/{pid}/ns/net", *command)
    return subprocess.run(entered, capture_output=True, text=True, check=True).stdout

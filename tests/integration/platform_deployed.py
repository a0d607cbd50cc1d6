"""A platform that runs elsewhere, of which the tests know the gateway's address and nothing more."""

from pathlib import Path
from typing import Any, NoReturn

import pytest


class DeployedPlatform:
    """The platform behind `url`. What would need more than that address skips the test that asks for it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    @property
    def admin_password(self) -> str:
        return _not_from_here("the admin's password")

    @property
    def admin_password_file(self) -> Path:
        return _not_from_here("the admin's password")

    def stop(self, part: str) -> None:
        _not_from_here(f"{part} to be stopped")

    def start(self, part: str) -> None:
        _not_from_here(f"{part} to be started")

    def kill(self, part: str) -> None:
        _not_from_here(f"{part} to be killed")

    def wait_healthy(self, patience: float = 60) -> None:
        del patience
        _not_from_here("to see every part")

    def run(self, service: str, *arguments: str) -> str:
        return _not_from_here(f"to run {service} {' '.join(arguments)}")

    def address(self, part: str) -> str:
        return _not_from_here(f"to reach {part} behind the gateway's back")

    def change_secret_keys(self, *keys: str) -> None:
        del keys
        _not_from_here("to change SECRET_KEYS")

    def secret_keys(self) -> list[str]:
        return _not_from_here("SECRET_KEYS")

    def back_up(self, service: str) -> None:
        _not_from_here(f"to back up the database of {service}")

    def restore(self, service: str) -> None:
        _not_from_here(f"to restore the database of {service}")

    def stored(self, service: str) -> str:
        return _not_from_here(f"the database of {service}")

    def logs(self, part: str) -> list[dict[str, Any]]:
        return _not_from_here(f"the log of {part}")

    def workers(self, part: str) -> set[int]:
        """None that could be seen from here, so that one is never missed."""
        del part
        return set()

    def last_words(self, lines: int = 8) -> str:
        del lines
        return "its logs are not to be had from here"

    def close(self) -> None:
        """It is not ours to end."""


def _not_from_here(what: str) -> NoReturn:
    pytest.skip(f"needs {what}: not given with GATEWAY_URL")

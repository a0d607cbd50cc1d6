"""Which version a process says it is."""

import tomllib
from pathlib import Path

from quartet.version import version_of

ROOT = Path(__file__).parents[2]


def declared(folder: str) -> str:
    return str(tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]["version"])


def test_a_service_has_the_version_of_its_package() -> None:
    assert version_of("counter") == declared("services/counter")


def test_what_is_no_package_has_the_version_of_the_library() -> None:
    assert version_of("nobody") == declared("shared")

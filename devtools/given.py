"""What the developer gave: `.env` in the repository root, overridden by the process environment."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from devtools.problem import Problem

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Given:
    """The settings of one platform, before the launcher adds what was left out."""

    environment: dict[str, str]

    @property
    def run_dir(self) -> Path:
        """Where data, secrets and logs live. Raises Problem for a path that cannot stand in nginx's configuration."""
        path = (ROOT / self.get("RUN_DIR", ".run")).resolve()
        if not re.fullmatch(r"[\w./@+=,-]+", str(path), re.ASCII):
            raise Problem(f"RUN_DIR: {path} has a character other than letters, digits and _./@+=,-")
        return path

    @property
    def host(self) -> str:
        return self.environment.get("HOST") or "127.0.0.1"

    @property
    def tls(self) -> bool:
        """Whether the gateway speaks TLS: with TLS=1, or a certificate that was given."""
        if (text := self.get("TLS", "0")) not in ("0", "1"):
            raise Problem(f"TLS: expected 0 or 1, got {text!r}.")
        return text == "1" or bool(self.get("TLS_CERTIFICATE", ""))

    def get(self, name: str, default: str) -> str:
        """The value given for `name`; an empty one counts as left out, as in Compose files."""
        return self.environment.get(name) or default

    def number(self, name: str, default: int) -> int:
        """The whole number given for `name`; raises Problem naming it."""
        text = self.get(name, str(default))
        if not text.isdecimal():
            raise Problem(f"{name}: expected a whole number, got {text!r}.")
        return int(text)


def read_given(env_file: Path) -> Given:
    """Join `env_file`, when there is one, with the process environment, which wins.

    Raises Problem naming the line that cannot be read.
    """
    return Given(read_env_file(env_file) | dict(os.environ))


def read_env_file(path: Path) -> dict[str, str]:
    """The values of a `.env` file; empty when there is none."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error or (binding.key and binding.value is None):
                text = binding.original.string.strip()
                blank_lines = len(binding.original.string) - len(binding.original.string.lstrip("\n"))
                name = text.partition("=")[0].strip()
                raise Problem(f"{path.name} line {binding.original.line + blank_lines}: {name!r}: expected NAME=value.")
    return {name: value for name, value in dotenv_values(path).items() if value is not None}

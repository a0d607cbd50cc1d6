"""A project of Compose: its files, settings and secrets, its commands, its containers."""

import os
import secrets
import subprocess
from pathlib import Path

import docker
from docker.models.containers import Container

from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT

FILES = ("compose.yaml", "compose.dev.yaml", "compose.test.yaml")


class ComposeProject:
    """A project with a name and secrets of its own, so that several live beside each other."""

    def __init__(self, folder: Path, port: int, settings: dict[str, str], overlays: tuple[str, ...]) -> None:
        """Make its secrets and settings in `folder`; `overlays` are put over the files of every such project."""
        self.secrets = folder / "secrets"
        make_secrets(self.secrets)
        self.files = [str(ROOT / "compose" / name) for name in (*FILES, *overlays)]
        self.name = f"quartet-test-{secrets.token_hex(4)}"
        self._env_file = folder / "test.env"
        lines = [f"{name}='{value}'" for name, value in settings.items()]
        self._env_file.write_text((ROOT / "compose/dev.env").read_text() + "\n".join(lines) + "\n")
        self.environment = os.environ | {
            "ENV_FILE": str(self._env_file),
            "PORT": str(port),
            "SECRETS_DIR": str(self.secrets),
            "COMPOSE_PROFILES": "full",
            "VERSIONS_FILE": str(folder / "versions.env"),
        }
        self.docker = docker.from_env()

    def compose(self, *arguments: str) -> str:
        """Run a command of Compose on the project; AssertionError with its words when it fails."""
        env_files = (str(self._env_file), self.environment["VERSIONS_FILE"])
        kept = [word for file in env_files if Path(file).exists() for word in ("--env-file", file)]
        files = [word for file in self.files for word in ("--file", file)]
        result = subprocess.run(
            ("docker-compose", "--project-name", self.name, *kept, *files, *arguments),
            cwd=ROOT / "compose",
            env=self.environment | {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout[-4000:]
        return result.stdout

    def containers(self, part: str = "") -> list[Container]:
        """The containers of a part, or of all, in their present state."""
        labels = [f"com.docker.compose.project={self.name}"]
        if part:
            labels.append(f"com.docker.compose.service={part}")
        return self.docker.containers.list(all=True, filters={"label": labels})

    def remove(self) -> None:
        """End everything, and its data."""
        self.compose("down", "--volumes", "--timeout", "3")
        self.docker.close()

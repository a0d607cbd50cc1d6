"""A stack of its own on a swarm of the tests' own."""

import os
import secrets
import subprocess
from pathlib import Path

from deploy.tests.swarm.node import Node
from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT

SETTINGS = {
    "ENVIRONMENT": "production",
    "EMAIL_CONFIRMATION": "off",
    "MAIL_FROM": '"Quartet <no-reply@quartet.example>"',
    "RATE_LIMIT_FACTOR": "1000",
    "LOG_LEVEL": "INFO",
}
PARAMETERS = {
    "MYSQL_INITDB_SKIP_TZINFO": "1",
    "UPDATE_DELAY": "1s",
    "UPDATE_MONITOR": "5s",
    "HEALTH_INTERVAL": "3s",
    "HEALTH_TIMEOUT": "30s",
    "HEALTH_START_PERIOD": "300s",
    "PATIENCE": "900",
}


class Stack:
    """Quartet as `make swarm-deploy` deploys it."""

    def __init__(self, folder: Path, node: Node) -> None:
        """Deploy by that node's Docker and wait until all is up; AssertionError with swarm.sh's words when it fails."""
        self.docker = node.docker
        self.name = f"quartet-test-{secrets.token_hex(4)}"
        self.secrets = folder / "secrets"
        make_secrets(self.secrets)
        self.url = node.url
        env_file = folder / "swarm.env"
        lines = [f"{name}={value}\n" for name, value in SETTINGS.items()]
        env_file.write_text(f"PUBLIC_URL={self.url}\n" + "".join(lines))
        self._environment = (
            os.environ
            | PARAMETERS
            | {"STACK": self.name, "SECRETS_DIR": str(self.secrets), "ENV_FILE": str(env_file)}
            | {"PORT": self.url.rpartition(":")[2], "DOCKER_HOST": node.socket}
        )
        self.swarm()

    def swarm(self, *arguments: str, exit_code: int = 0) -> str:
        """Run swarm.sh; return what it said."""
        return self._run(str(ROOT / "deploy/on/swarm.sh"), *arguments, exit_code=exit_code)

    def deploy(self, service: str, tag: str) -> str:
        """Bring a service to another version as an operator does; return what was said."""
        return self._run("make", "deploy", f"SERVICE={service}", f"TAG={tag}", "ON=swarm")

    def _run(self, *command: str, exit_code: int = 0) -> str:
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == exit_code, result.stdout[-4000:]
        return result.stdout

    def make_version(self, service: str, *lines: str) -> str:
        """Build an image that differs by a label, and by more lines of a Dockerfile; return its tag."""
        tag = f"test-{secrets.token_hex(4)}"
        dockerfile = "\n".join([f"FROM quartet/{service}:dev", f"LABEL version={tag}", *lines])
        self.docker("build", "--quiet", "--tag", f"quartet/{service}:{tag}", "-", text=dockerfile)
        return tag

    def services(self) -> list[str]:
        names = self.docker("stack", "services", "--format", "{{.Name}}", self.name).split()
        return [name.removeprefix(f"{self.name}_") for name in names]

    def tasks(self, service: str) -> dict[str, str]:
        """The tasks of a service that shall run: id and image."""
        rows = self.docker(
            "service",
            "ps",
            "--filter",
            "desired-state=running",
            "--format",
            "{{.ID}} {{.Image}}",
            f"{self.name}_{service}",
        )
        return dict(row.split() for row in rows.splitlines())

    def scale(self, service: str, replicas: int) -> None:
        """Change the number of replicas, and wait until there are as many."""
        self.docker("service", "scale", "--detach=false", f"{self.name}_{service}={replicas}")

    def secret_names(self, service: str) -> set[str]:
        """The names of the secrets that a service has, with their digests."""
        template = '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}}{{"\\n"}}{{end}}'
        names = self.docker("service", "inspect", "--format", template, f"{self.name}_{service}").split()
        return {name.removeprefix(f"{self.name}_") for name in names}

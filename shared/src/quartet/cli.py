"""The commands that every service has: `serve` and `openapi`; `migrate` where there is a database."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from apiflask import APIFlask

from quartet import openapi
from quartet.settings import BrokenSetting, Settings, load

EX_CONFIG = 78


class ServiceGroup(click.Group):
    """A group of commands that tells of a broken setting in one line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except BrokenSetting as error:
            click.echo(f"{self.name}: broken setting: {error}", err=True)
            sys.exit(EX_CONFIG)


def service_commands(name: str, settings: type[Settings], create_app: Callable[[], APIFlask]) -> click.Group:
    """Return the command group of a service, to which the service adds its own."""
    group = ServiceGroup(name, help=f"The {name} service of Quartet.", context_settings={"max_content_width": 100})

    @group.command()
    def serve() -> None:
        """Answer requests at HOST:PORT with gunicorn, WEB_CONCURRENCY workers strong."""
        values = load(settings)
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            folder = values.state_path / "metrics" / socket.gethostname()  # replicas may share the state folder
            shutil.rmtree(folder, ignore_errors=True)  # files of an earlier run would be added to ours
            folder.mkdir(parents=True)
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.resolve())
        for setting in ("host", "port", "web_concurrency", "threads", "drain_seconds"):
            os.environ[setting.upper()] = str(getattr(values, setting))
        os.execvp(  # noqa: S606
            sys.executable,
            [sys.executable, "-m", "gunicorn", "-c", "python:quartet.gunicorn_conf", f"{name}:create_app()"],
        )

    @group.command("openapi")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    def write_openapi(file: Path) -> None:
        """Write the OpenAPI document to FILE."""
        file.write_text(json.dumps(openapi.document(create_app()), indent=2, ensure_ascii=False) + "\n")

    return group

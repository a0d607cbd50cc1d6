"""The way up and down of a platform that a command starts; an interrupt may cut it short at any moment."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
import psutil

from devtools import launch as platform
from devtools.given import Given
from devtools.processes import ProcessId
from devtools.run_directory import RunDirectory
from devtools.welcome import welcome


def bring_up(given: Given, run: RunDirectory, leash: ProcessId | None) -> psutil.Popen:
    """Start everything and tell of it; on an interrupt or a failure end what was started."""
    started = time.monotonic()
    plan = platform.make_plan(given, run)
    click.echo(f"Preparing {run.path}")
    platform.prepare(plan)
    new_admin = not run.admin_password.exists()
    admin = platform.begin_admin(plan)
    supervisord = platform.launch(plan, leash)
    try:
        platform.wait_until_ready(plan, supervisord, click.echo)
        platform.finish(admin)
    except BaseException:
        wind_down(run, supervisord)
        raise
    click.echo(welcome(plan, new_admin=new_admin, seconds=time.monotonic() - started))
    return supervisord


def wind_down(run: RunDirectory, supervisord: psutil.Popen) -> None:
    """End everything, and do not let a second Ctrl-C interrupt that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    click.echo("Stopping.")
    platform.shut_down(run, supervisord)


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM is a KeyboardInterrupt too, and one that nobody catches ends the command well.

    SIGINT is asked for: a shell that starts a command in the background has it ignored.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(0)

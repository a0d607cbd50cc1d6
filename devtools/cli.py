"""The launcher's command line."""

import os
import sys
from pathlib import Path

import click

from devtools import launch as platform
from devtools.command import run_command
from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT, Given, read_given
from devtools.logs import follow
from devtools.probe import is_ready
from devtools.problem import Problem
from devtools.processes import ProcessId
from devtools.programs import NAMES
from devtools.run_directory import RunDirectory
from devtools.supervision import Supervisor
from devtools.up_and_down import bring_up, interruptible, wind_down


@click.group(context_settings={"max_content_width": 100})
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=ROOT / ".env",
    help="Settings that the process environment overrides; the repository's .env by default.",
)
@click.pass_context
def main(context: click.Context, env_file: Path) -> None:
    """Run Quartet on this machine, without Docker and without root.

    RUN_DIR says where data and logs live (.run), PORT where the gateway listens (8080). With TLS=1 it speaks TLS at
    TLS_PORT (8443), and PORT only sends there.
    """
    given = read_given(env_file)
    context.obj = given


@main.command()
@click.pass_obj
def prepare(given: Given) -> None:
    """Make secrets, databases and the first admin, and start nothing."""
    run = RunDirectory(given.run_dir)
    with run.locked():
        plan = platform.make_plan(given, run)
        platform.prepare(plan)
        platform.finish(platform.begin_admin(plan))
    click.echo(f"Ready to start in {run.path}; the password of admin is in {run.admin_password}")


@main.command("secrets")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--tls", is_flag=True, help="Also a certificate of the gateway, for localhost.")
def write_secrets(folder: Path, *, tls: bool) -> None:
    """Make the secrets of a deployment that FOLDER lacks, a file each."""
    made = make_secrets(folder, tls=tls)
    click.echo(f"Made in {folder}: {', '.join(made)}" if made else f"All secrets are in {folder}; nothing changed")


@main.command("run")
@click.pass_obj
def run_in_foreground(given: Given) -> None:
    """Start everything and stay; Ctrl-C or SIGTERM ends it all."""
    run = RunDirectory(given.run_dir)
    with run.locked(), interruptible():
        supervisord = bring_up(given, run, ProcessId.of(os.getpid()))
        try:
            code = supervisord.wait()
        except KeyboardInterrupt:
            wind_down(run, supervisord)
            return
        platform.sweep(run)
        if code:
            raise Problem(f"supervisord ended unexpectedly with code {code}; its log is {run.log('supervisord')}")


@main.command()
@click.option("--leash", type=int, metavar="PID", help="End the platform when this process is gone.")
@click.pass_obj
def start(given: Given, leash: int | None) -> None:
    """Start everything in the background; returns when it is ready."""
    run = RunDirectory(given.run_dir)
    with run.locked(), interruptible():
        bring_up(given, run, ProcessId.of(leash) if leash else None)


@main.command()
@click.pass_obj
def stop(given: Given) -> None:
    """End everything, whether it runs in the background or elsewhere in the foreground."""
    run = RunDirectory(given.run_dir)
    if running := run.running():
        platform.shut_down(run, running[1])
        click.echo("Stopped.")
    else:
        platform.sweep(run)
        click.echo(f"Nothing runs in {run.path}")


@main.command()
@click.argument("programs", nargs=-1)
@click.pass_context
def restart(context: click.Context, programs: tuple[str, ...]) -> None:
    """Restart everything in the background, or only the PROGRAMS named."""
    if not programs:
        context.invoke(stop)
        context.invoke(start)
    supervisor = Supervisor(RunDirectory(context.obj.run_dir))
    for name in programs:
        supervisor.stop(name)
        supervisor.start(name)


@main.command()
@click.pass_obj
def status(given: Given) -> None:
    """Tell which programs run and which are ready; exit code 1 unless all are."""
    run = RunDirectory(given.run_dir)
    running = run.running()
    if running is None:
        raise Problem(f"Quartet does not run in {run.path}; start it with: make start")
    record = running[0]
    click.echo(f"{record.url} from {run.path}, supervisord's pid is {running[1].pid}")
    all_ready = True
    for name, program in Supervisor(run).statuses().items():
        address = record.urls[name] + ("/health" if name == "gateway" else "")
        ready = program.state == "RUNNING" and is_ready(address)
        all_ready &= ready
        state = "ready" if ready else program.state.lower() + (", not ready" if program.state == "RUNNING" else "")
        click.echo(f"  {name:<17} {program.pid or '-':>8}  {address:<42} {state}")
    sys.exit(not all_ready)


@main.command()
@click.argument("programs", nargs=-1)
@click.option("--follow", "-f", "following", is_flag=True, help="Go on with what is written from now.")
@click.option("--lines", "-n", type=click.IntRange(0), default=20, show_default=True, help="Lines of each log.")
@click.pass_obj
def logs(given: Given, programs: tuple[str, ...], following: bool, lines: int) -> None:
    """Show the ends of the programs' logs, of all or of the PROGRAMS named."""
    run = RunDirectory(given.run_dir)
    if unknown := set(programs) - set(NAMES):
        raise Problem(f"No program {min(unknown)!r}; there are: {', '.join(NAMES)}.")
    with interruptible():
        try:
            for name, line in follow([run.log(name) for name in programs or NAMES], lines, forever=following):
                click.echo(f"{name:<16} | {line}")
        except KeyboardInterrupt:
            return


@main.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("service")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def execute(given: Given, service: str, arguments: tuple[str, ...]) -> None:
    """Run a command of a SERVICE with the settings of the running one, for example: exec auth keys list."""
    sys.exit(run_command(RunDirectory(given.run_dir), service, arguments).returncode)


@main.command()
@click.pass_obj
def reset(given: Given) -> None:
    """Remove all data, secrets and logs of the platform; refused while it runs."""
    run = RunDirectory(given.run_dir)
    with run.locked():
        if run.running():
            raise run.already_running()
        platform.sweep(run)
        run.remove(NAMES)
    click.echo(f"Removed the data in {run.path}")


@main.command()
def docs() -> None:
    """Write docs/errors.md, docs/settings.md and .env.example from the code."""
    from devtools.reference import pages  # here only: it imports the four services

    for path, text in pages().items():
        path.write_text(text)
        click.echo(f"Wrote {path.relative_to(ROOT)}")

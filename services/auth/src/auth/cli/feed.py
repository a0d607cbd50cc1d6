"""`auth feed …`."""

import click

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import fence
from quartet.settings import load


@click.group("feed")
def feed() -> None:
    """Steer the feed that tells the gateway and catalog what was revoked."""


@feed.command("fence")
def put_up_fence() -> None:
    """End all that was before: run it after restoring a backup of auth's database, best while auth is stopped.

    Every session, token, code and signing key ends. People log in again; their accounts are as in the backup.
    """
    auth = Resources.of(load(AuthSettings))
    done = fence.put_up(auth)
    click.echo(f"auth: ended {done.sessions} sessions, and every access token issued until now")
    click.echo(f"auth: withdrew {len(done.withdrawn)} signing keys; new ones sign")
    click.echo(f"auth: told the names of {fence.tell_names(auth)} users again")
    fence.wait(done)
    click.echo("auth: logins count from now on; what to do next is in docs/operations/backup.md")

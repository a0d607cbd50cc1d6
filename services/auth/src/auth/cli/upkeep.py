"""`auth purge` and `auth upkeep`."""

import click

from auth.resources import Resources
from auth.settings import AuthSettings
from auth.upkeep import create_upkeep
from auth.use_cases import purge as purging
from quartet.settings import load


@click.command()
def purge() -> None:
    """Remove what has ended long ago: sessions, events, codes, mails, sign-ups, audit entries."""
    removed = purging.purge(Resources.of(load(AuthSettings)))
    found = ", ".join(f"{removed[kind]} {kind}" for kind in purging.KINDS if removed[kind])
    click.echo(f"auth: purged: {found or 'nothing'}")


@click.command()
def upkeep() -> None:
    """Purge, and tend the signing keys, every UPKEEP_INTERVAL seconds until told to stop."""
    create_upkeep(load(AuthSettings)).run()

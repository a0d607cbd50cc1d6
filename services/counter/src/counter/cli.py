"""`counter`: the commands of this service."""

import click

from counter import create_app
from counter.errors import StoreUnavailable
from counter.repository import forgetting
from counter.repository.store import Store
from counter.settings import CounterSettings
from quartet.cli import service_commands
from quartet.settings import load

main = service_commands("counter", CounterSettings, create_app)


@main.command()
@click.argument("subject")
def forget(subject: str) -> None:
    """Remove all that is kept of the user SUBJECT, the `sub` of their tokens: counters, visitors, badges, records."""
    settings = load(CounterSettings)
    try:
        forgotten = forgetting.forget(Store(settings.redis_url, settings.redis_tls_ca), subject)
    except StoreUnavailable as error:
        raise click.ClickException("Redis does not answer; run it again to forget the rest.") from error
    click.echo(f"Forgot {forgotten} counters of {subject}.")

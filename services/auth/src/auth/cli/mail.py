"""`auth mail …`."""

import click

from auth import mail_templates
from auth.callers import COMMAND_LINE
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import bounces, outbox
from quartet.settings import load


@click.group("mail")
def mail() -> None:
    """Look after the mail that goes out."""


@mail.command("list")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many, at most.")
def list_mails(dead: bool, limit: int) -> None:
    """Show the newest mails of the outbox: no link, no code, not all of the address."""
    for entry in outbox.listed(Resources.of(load(AuthSettings)), dead, limit):
        click.echo(
            f"{entry.id:>8}  {entry.created_at:%Y-%m-%d %H:%M:%S} UTC  {entry.state:10}  {entry.attempts:>2} tries  "
            f"{entry.template:18}  {entry.recipient}  {entry.reason}".rstrip()
        )


@mail.command("retry")
@click.argument("ids", metavar="ID…", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that were given up.")
def retry(ids: tuple[int, ...], everything: bool) -> None:
    """Send mails after all that were given up."""
    if bool(ids) == everything:
        raise click.UsageError("give ids, or --all")
    revived = outbox.retry(Resources.of(load(AuthSettings)), None if everything else ids)
    click.echo(f"auth: {revived} mails are due again")


@mail.command("check")
def check() -> None:
    """Fill every template once, those of TEMPLATES_DIR too; name those that are broken."""
    problems = mail_templates.check(load(AuthSettings))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} templates are broken")
    click.echo("auth: all templates can be filled")


@mail.command("suppressed")
def suppressed() -> None:
    """Show the addresses that no mail is sent to."""
    for each in bounces.suppressed(Resources.of(load(AuthSettings))):
        click.echo(f"{each.created_at:%Y-%m-%d %H:%M:%S} UTC  {each.reason:10}  {each.email_key}")


@mail.command("unsuppress")
@click.argument("address")
def unsuppress(address: str) -> None:
    """Send mail to an address again that bounced or complained."""
    if not bounces.unsuppress(Resources.of(load(AuthSettings)), COMMAND_LINE, address):
        raise click.ClickException("this address is not suppressed; `auth mail suppressed` shows those that are")
    click.echo("auth: mail is sent to this address again")

"""`auth`: the commands of this service."""

import secrets
from pathlib import Path

import click

from auth import create_app
from auth.errors import KeyNotReady
from auth.mailer import create_mailer
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import accounts
from auth.use_cases import keys as signing_keys
from quartet.cli import service_commands
from quartet.migrations import add_command
from quartet.settings import load

main = service_commands("auth", AuthSettings, create_app)


add_command(main, AuthSettings, then=lambda settings: signing_keys.ensure(Resources.of(settings)))


@main.command()
def mailer() -> None:
    """Send the mails of the outbox until told to stop."""
    create_mailer(load(AuthSettings)).run()


@main.command("create-admin")
@click.option("--username", default="admin", show_default=True, help="User name of the admin.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File with the password; where there is none, it is made with a generated one (mode 0600).",
)
def create_admin(username: str, password_file: Path) -> None:
    """Make an admin, unless the user name has an account already."""
    if not password_file.exists():
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(18) + "\n")
    made = accounts.create_admin(Resources.of(load(AuthSettings)), username, password_file.read_text().strip())
    if made:
        click.echo(f"auth: made the admin {username}; the password is in {password_file}")
    else:
        click.echo(f"auth: the user {username} is there already; nothing changed")


@main.group("keys")
def keys_group() -> None:
    """Look at and change the keys that sign access tokens."""


@keys_group.command("list")
def list_keys() -> None:
    """Show all published keys, oldest first."""
    for key in signing_keys.listed(Resources.of(load(AuthSettings))):
        click.echo(f"{key.kid}  {key.state:8}  {key.created_at:%Y-%m-%d %H:%M:%S} UTC")


@keys_group.command("rotate")
@click.option("--compromised", metavar="KID", help="Kill this key at once, with all tokens that it signed.")
def rotate_keys(compromised: str | None) -> None:
    """Let the next key sign. It must have been published for KEY_PUBLISH_LEAD seconds."""
    auth = Resources.of(load(AuthSettings))
    if compromised is not None:
        if not signing_keys.withdraw_compromised(auth, compromised):
            raise click.ClickException(f"there is no key {compromised}; `auth keys list` shows those there are")
        click.echo(f"auth: {compromised} is withdrawn, its tokens are dead")
        return
    try:
        key = signing_keys.rotate(auth)
    except KeyNotReady as error:
        raise click.ClickException(error.message) from None
    click.echo(f"auth: {key.kid} signs from now on")


@keys_group.command("retire")
def retire_keys() -> None:
    """Withdraw the keys whose last token has expired."""
    retired = signing_keys.retire(Resources.of(load(AuthSettings)))
    click.echo(f"auth: withdrawn: {', '.join(retired) or 'none'}")

"""`auth create-admin`."""

import secrets
from pathlib import Path

import click

from auth import usernames
from auth.callers import COMMAND_LINE
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import accounts
from quartet.errors import InvalidInput
from quartet.settings import load


def _read_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    try:
        return usernames.read(name)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("create-admin")
@click.option(
    "--username",
    default="admin",
    show_default=True,
    callback=_read_name,
    help="User name of the admin; may be reserved.",
)
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
    password = password_file.read_text().strip()
    try:
        made = accounts.create_admin(Resources.of(load(AuthSettings)), COMMAND_LINE, username, password)
    except InvalidInput as error:
        raise click.ClickException(f"{password_file}: {error.errors[0].message}") from None
    if made:
        click.echo(f"auth: made the admin {username}; the password is in {password_file}")
    else:
        click.echo(f"auth: the user {username} is there already; nothing changed")

"""`auth keys …`."""

import click

from auth.errors import KeyNotReady
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys as signing_keys
from quartet.settings import load


@click.group("keys")
def keys() -> None:
    """Look at and change the keys that sign access tokens."""


@keys.command("list")
def list_keys() -> None:
    """Show all published keys, oldest first."""
    for key in signing_keys.listed(Resources.of(load(AuthSettings))):
        click.echo(f"{key.kid}  {key.state:8}  {key.created_at:%Y-%m-%d %H:%M:%S} UTC")


@keys.command("rotate")
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


@keys.command("retire")
def retire_keys() -> None:
    """Withdraw the keys whose last token has expired."""
    retired = signing_keys.retire(Resources.of(load(AuthSettings)))
    click.echo(f"auth: withdrawn: {', '.join(retired) or 'none'}")

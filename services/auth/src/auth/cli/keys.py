"""`auth keys …`."""

from collections import defaultdict

import click

from auth.errors import KeyNotReady
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys as signing_keys
from auth.use_cases import sealing
from quartet.settings import load

LOST = "NO ENTRY OF SECRET_KEYS OPENS IT"


@click.group("keys")
def keys() -> None:
    """Look at and change the keys that sign access tokens, and what SECRET_KEYS seal."""


@keys.command("list")
def list_keys() -> None:
    """Show all published keys, oldest first."""
    auth = Resources.of(load(AuthSettings))
    for key in signing_keys.listed(auth):
        opener = auth.seals.opener(key.sealed_private)
        mark = LOST if opener is None else "sealed with an older secret" if opener else ""
        click.echo(f"{key.kid}  {key.state:8}  {key.created_at:%Y-%m-%d %H:%M:%S} UTC  {mark}".rstrip())


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


@keys.command("tend")
def tend_keys() -> None:
    """Do all that time asks for, as `auth upkeep` does: seal with the first secret, rotate by age, retire."""
    done = signing_keys.tend(Resources.of(load(AuthSettings)))
    click.echo(f"auth: signs from now on: {done.rotated or 'the same key'}")
    click.echo(f"auth: withdrawn: {', '.join(done.retired) or 'none'}")
    click.echo(f"auth: sealed with the first secret: {', '.join(done.resealed) or 'nothing new'}")
    if done.unreadable:
        raise click.ClickException(f"{LOST.lower()}: {', '.join(done.unreadable)}")


@keys.command("check-secrets")
def check_secrets() -> None:
    """Tell what each entry of SECRET_KEYS still seals; fails while one but the first is needed, or one is missing.

    Refresh tokens and links are not stored: an entry that made some is needed until the last of them has expired.
    """
    auth = Resources.of(load(AuthSettings))
    found = defaultdict(list)
    for each in sealing.all_sealed(auth):
        found[each.opener].append(each.name)
    for place in range(len(auth.settings.secret_keys)):
        click.echo(f"entry {place + 1} of SECRET_KEYS seals: {', '.join(found.get(place, ())) or 'nothing'}")
    if None in found:
        raise click.ClickException(f"{LOST.lower()}: {', '.join(found[None])}")
    if any(found):
        raise click.ClickException("older entries are still needed; `auth keys tend` seals anew")

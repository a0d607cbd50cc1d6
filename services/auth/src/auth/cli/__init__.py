"""`auth`: the commands of this service, one module for each subject."""

from auth import create_app
from auth.cli.admins import create_admin
from auth.cli.audit import audit
from auth.cli.feed import feed
from auth.cli.imports import import_users
from auth.cli.keys import keys
from auth.cli.mail import mail
from auth.cli.upkeep import purge, upkeep
from auth.mailer import create_mailer
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import keys as signing_keys
from quartet.cli import service_commands
from quartet.migrations import add_command
from quartet.settings import load

main = service_commands("auth", AuthSettings, create_app)
add_command(main, AuthSettings, then=lambda settings: signing_keys.ensure(Resources.of(settings)))
for command in (audit, create_admin, feed, import_users, keys, mail, purge, upkeep):
    main.add_command(command)


@main.command()
def mailer() -> None:
    """Send the mails of the outbox until told to stop."""
    create_mailer(load(AuthSettings)).run()

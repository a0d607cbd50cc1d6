"""`catalog`: the commands of this service, one module for each subject."""

from catalog import create_app
from catalog.cli.exports import export_products
from catalog.cli.imports import import_products
from catalog.cli.seed import seed
from catalog.filling import fill
from catalog.follower import create_follower
from catalog.settings import CatalogSettings
from quartet import migrations
from quartet.cli import service_commands
from quartet.settings import load

main = service_commands("catalog", CatalogSettings, create_app)
migrations.add_command(main, CatalogSettings, then=fill)
main.add_command(seed)
for command in (export_products, import_products):
    main.add_command(command)


@main.command()
def follow() -> None:
    """Follow auth's feed until told to stop: deleted users lose their products, renamed ones get their name."""
    create_follower(load(CatalogSettings)).run()

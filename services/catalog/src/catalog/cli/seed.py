"""`catalog seed`."""

import click

from catalog.cli.progress import bar_on_stderr
from catalog.cli.store import opened
from catalog.settings import CatalogSettings
from catalog.use_cases import seeding
from quartet.settings import load

BATCH = 1000


@click.command()
@click.option("--products", type=click.IntRange(min=1), required=True, help="How many there shall be.")
@click.option("--owners", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many own them.")
@click.option("--force", is_flag=True, help="In production, too.")
def seed(products: int, owners: int, force: bool) -> None:
    """Make up products, for trials: as many as are missing to the number asked for.

    Ended midway, it goes on where it was when it is started again. The same numbers make the same products.
    """
    settings = load(CatalogSettings)
    if settings.environment == "production" and not force:
        raise click.ClickException("made-up products do not belong into production; --force makes them all the same")
    with opened(settings) as database:
        there = seeding.count(database)
        if there >= products:
            click.echo(f"catalog: {there} made-up products are there already; nothing changed")
            return
        seeding.make_owners(database, owners)
        click.echo(f"catalog: {there} are there; making {products - there}")
        with bar_on_stderr(products - there, "catalog seed") as bar:
            for first in range(there, products, BATCH):
                numbers = range(first, min(first + BATCH, products))
                seeding.add(database, numbers, owners)
                bar.update(len(numbers))
    click.echo(f"catalog: made {products - there} products; now there are {products} of {owners} owners")

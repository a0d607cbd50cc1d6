"""Made-up products, for trials with many of them."""

from catalog import seeds
from catalog.repository import seeds as seed_rows
from quartet.database import Database
from quartet.retries import retried


def count(database: Database) -> int:
    """Return how many made-up products there are."""
    with database.reading() as session:
        return seed_rows.count(session, seeds.OWNER_PREFIX)


@retried
def make_owners(database: Database, owners: int) -> None:
    """Make those of the first so many made-up owners that are missing."""
    with database.writing() as session:
        there = seed_rows.owners(session, seeds.OWNER_PREFIX)
        missing = [each for each in map(seeds.owner, range(owners)) if each["subject"] not in there]
        if missing:
            seed_rows.add_owners(session, missing)
        session.commit()


@retried
def add(database: Database, numbers: range, owners: int) -> None:
    """Add the products with these numbers, all or none."""
    rows = [seeds.product(number, owners) for number in numbers]
    with database.writing() as session:
        seed_rows.add(session, rows)
        session.commit()

"""Products without the columns that follow from their texts: code of the first schema made them."""

from sqlalchemy import Connection, Integer, String, Text, bindparam, column, select, table, update

from catalog.settings import CatalogSettings
from catalog.words import kept_words, sort_key
from quartet.database import Database

BATCH = 1000

PRODUCTS = table(
    "products",
    column("id", Integer),
    column("name", String),
    column("description", Text),
    column("name_key", String),
    column("words", Text),
)


def fill(settings: CatalogSettings) -> None:
    """What `catalog migrate` does besides: fill in what former code left open after it began."""
    with Database(settings.database).engine.execution_options(quartet_writing=True).begin() as connection:
        fill_derived(connection)


def fill_derived(connection: Connection) -> int:
    """Give every product that lacks them its name's key and its words; return how many there were."""
    lacking = (PRODUCTS.c.name_key == "") & PRODUCTS.c.words.is_(None)
    texts = select(PRODUCTS.c.id, PRODUCTS.c.name, PRODUCTS.c.description).where(lacking)
    change = update(PRODUCTS).where(PRODUCTS.c.id == bindparam("product"), lacking)
    filled = last = 0
    while rows := connection.execute(texts.where(PRODUCTS.c.id > last).order_by(PRODUCTS.c.id).limit(BATCH)).all():
        made = [
            {"product": row.id, "name_key": sort_key(row.name), "words": kept_words(row.name, row.description)}
            for row in rows
        ]
        connection.execute(change, made)
        filled, last = filled + len(rows), rows[-1].id
    return filled

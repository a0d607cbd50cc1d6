"""Single products."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from catalog.currencies import check_price
from catalog.errors import ProductNotFound
from catalog.models import Product
from catalog.repository import owners, products
from catalog.use_cases import writes
from quartet.database import Database
from quartet.retries import retried
from quartet.tokens import TokenRevoked


def find(database: Database, product_id: int) -> Product:
    """Return a product; raises ProductNotFound."""
    with database.reading() as session:
        return found(products.find(session, product_id))


@retried
def create(
    database: Database,
    subject: str,
    username: str,
    *,
    name: str,
    price: Decimal,
    description: str = "",
    currency: str = "USD",
    also: Callable[[Session, Product], None] | None = None,
) -> Product:
    """Create a product of the user `subject`; `also` takes place in the same transaction.

    The owner is held from the look at the tombstone to the commit: whoever deletes the user comes before, and there
    will be no product, or after, and removes it.

    Raises:
        InvalidInput: there is no such currency, or the price has more digits than it knows.
        TokenRevoked: the user has been deleted.
    """
    check_price(price, currency)
    now = datetime.now(UTC)
    with database.writing() as session:
        owner = owners.hold(session, subject, username)
        if owner.is_deleted:
            raise TokenRevoked
        product = Product(
            owner=owner,
            name=name,
            description=description,
            price=price,
            currency=currency,
            created_at=now,
            updated_at=now,
        )
        products.add(session, product)
        if also is not None:
            also(session, product)
        session.commit()
    writes.count("created")
    return product


def found(product: Product | None) -> Product:
    """Return a product that was looked for; raises ProductNotFound, also where only a deleted user had it."""
    if product is None or product.owner.is_deleted:
        raise ProductNotFound
    return product

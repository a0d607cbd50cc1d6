"""Single products."""

from datetime import UTC, datetime
from decimal import Decimal

from catalog.currencies import check_price
from catalog.errors import NotOwner, ProductNotFound
from catalog.models import Product
from catalog.repository import owners, products
from quartet.database import Database
from quartet.retries import retried
from quartet.tokens import TokenRevoked


def find(database: Database, product_id: int) -> Product:
    """Return a product; raises ProductNotFound."""
    with database.reading() as session:
        product = products.find(session, product_id)
    if product is None:
        raise ProductNotFound
    return product


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
) -> Product:
    """Create a product of the user `subject`.

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
        session.commit()
    return product


@retried
def delete(database: Database, product_id: int, subject: str, *, is_admin: bool) -> None:
    """Delete a product, as its owner or as an admin; raises ProductNotFound, NotOwner."""
    with database.writing() as session:
        product = products.find(session, product_id)
        if product is None:
            raise ProductNotFound
        if product.owner_id != subject and not is_admin:
            raise NotOwner
        if not products.remove(session, product_id):
            raise ProductNotFound
        session.commit()

"""What catalog does. Each function is one unit of work on the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from catalog import repository
from catalog.currencies import check_price
from catalog.errors import NotOwner, ProductNotFound
from catalog.models import Product
from quartet.database import Database
from quartet.feed import FeedEvent
from quartet.paging import NewestFirst, Page
from quartet.retries import retried
from quartet.tokens import TokenRevoked

Products = Page[Product, NewestFirst]


def list_products(database: Database, limit: int, after: NewestFirst | None, owner_id: str | None = None) -> Products:
    """Return a page of all products, or of one owner's, the newest first."""
    with database.reading() as session:
        found = repository.newest_products(session, limit + 1, after, owner_id)
    return Products.of(found, limit, lambda product: NewestFirst.after(product.created_at, product.id))


def find_product(database: Database, product_id: int) -> Product:
    """Return a product; raises ProductNotFound."""
    with database.reading() as session:
        product = repository.find_product(session, product_id)
    if product is None:
        raise ProductNotFound
    return product


@retried
def create_product(
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
        owner = repository.hold_owner(session, subject, username)
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
        repository.add_product(session, product)
        session.commit()
    return product


@retried
def delete_product(database: Database, product_id: int, subject: str, *, is_admin: bool) -> None:
    """Delete a product, as its owner or as an admin; raises ProductNotFound, NotOwner."""
    with database.writing() as session:
        product = repository.find_product(session, product_id)
        if product is None:
            raise ProductNotFound
        if product.owner_id != subject and not is_admin:
            raise NotOwner
        if not repository.remove_product(session, product_id):
            raise ProductNotFound
        session.commit()


def feed_position(database: Database) -> str:
    """Return the cursor of the first event of auth's feed that has not been absorbed."""
    with database.reading() as session:
        return repository.feed_position(session)


@retried
def absorb_events(database: Database, events: Sequence[FeedEvent], position: str, next_position: str) -> bool:
    """Do what a page of auth's feed asks for and move from `position` on, all at once.

    Deleted users lose their products and leave a tombstone, renamed ones get their name; other events say nothing to
    us. Absorbing an event again changes nothing, as long as all that follow it come again too.

    Returns:
        Whether it was done. Not when another follower has moved on from `position` in the meantime: a name of this
        page may be an old one by now.
    """
    with database.writing() as session:
        if not repository.move_feed_position(session, position, next_position):
            return False
        for event in events:
            match event:
                case FeedEvent(type="user.deleted", subject=subject):
                    repository.bury_owner(session, subject, datetime.now(UTC))
                    repository.remove_products_of(session, subject)
                case FeedEvent(type="user.renamed", subject=subject, value=str(name)):
                    repository.rename_owner(session, subject, name)
        session.commit()
    return True

"""What is done to a product that is there: by whom it may be, and to which version."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from catalog.currencies import check_price
from catalog.errors import NotOwner
from catalog.models import Product
from catalog.repository import products
from catalog.use_cases import writes
from catalog.use_cases.products import found
from quartet.database import Database
from quartet.errors import PreconditionFailed
from quartet.retries import retried

Check = Callable[[Product], None]
"""Looks at a product that is to be changed, and raises PreconditionFailed when the caller has seen another version."""

Work = Callable[[Session, Product], bool]
"""Writes to a product that was read, or returns False when another call was faster."""

Read = Callable[[Session, int], Product | None]


def any_version(_product: Product) -> None:
    """The Check of a caller who does not care which version there is."""


def change(
    database: Database,
    product_id: int,
    subject: str,
    check: Check,
    *,
    name: str | None = None,
    price: Decimal | None = None,
    description: str | None = None,
    currency: str | None = None,
) -> Product:
    """Change what is given of a product, as its owner; where nothing differs, its version stays.

    Raises:
        InvalidInput: there is no such currency, or the price has more digits than it knows; either may be the old one.
        ProductNotFound, NotOwner, PreconditionFailed
    """
    is_written = False
    changes = {"name": name, "price": price, "description": description, "currency": currency}

    def work(session: Session, product: Product) -> bool:
        nonlocal is_written
        if product.owner_id != subject:
            raise NotOwner
        check(product)
        if price is not None or currency is not None:
            check_price(product.price if price is None else price, currency or product.currency)
        present = {member: getattr(product, member) for member in changes}
        differing = {member: value for member, value in changes.items() if value not in (None, present[member])}
        is_written = bool(differing)
        return not differing or products.change(session, product, datetime.now(UTC), **differing)

    product = _work_on(database, product_id, work)
    if is_written:
        writes.count("changed")
    return product


def delete(database: Database, product_id: int, subject: str, check: Check, *, is_admin: bool) -> None:
    """Delete a product, as its owner or as an admin; raises ProductNotFound, NotOwner, PreconditionFailed."""

    def work(session: Session, product: Product) -> bool:
        if product.owner_id != subject and not is_admin:
            raise NotOwner
        check(product)
        return products.remove(session, product)

    _work_on(database, product_id, work)
    writes.count("deleted")


def _work_on(database: Database, product_id: int, work: Work) -> Product:
    """Let `work` see a product and write to it, without a lock in between.

    When another call writes there, all is judged anew, with the product held. That takes a new transaction: at
    REPEATABLE READ the same one would go on seeing what it saw.
    """
    product = _work_once(database, product_id, work, products.find)
    if product is None:
        product = _work_once(database, product_id, work, products.hold)
    if product is None:
        raise PreconditionFailed
    return product


@retried
def _work_once(database: Database, product_id: int, work: Work, read: Read) -> Product | None:
    with database.writing() as session:
        product = found(read(session, product_id))
        if not work(session, product):
            return None
        session.commit()
    return product

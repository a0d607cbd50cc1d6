"""A user is deleted while products are made with the user's token, on whatever database."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.orm import Session

from catalog.follower import follow
from catalog.models import Owner, Product
from catalog.repository import owners
from catalog.repository import products as stored
from catalog.use_cases import products
from quartet.database import Database
from quartet.feed import FeedReader
from quartet.testing import AuthServer
from quartet.testing.at_once import Meet, MeetingDatabase, Runners, at_once
from quartet.tokens import TokenRevoked

CREATORS = 6
hold_owner = owners.hold


@dataclass(frozen=True)
class Shop:
    """A catalog's database, which every thread, and every other process, opens for itself."""

    url: str
    isolation_level: IsolationLevel = "READ COMMITTED"

    @contextmanager
    def opened(self, meet: Meet = lambda: None) -> Iterator[Database]:
        database = MeetingDatabase(self.url, self.isolation_level, meet)
        try:
            yield database
        finally:
            database.engine.dispose()


def create(database: Database, subject: str) -> None:
    products.create(database, subject, "ada", name="Teapot", price=Decimal(1))


def create_one(call: tuple[Shop, str], meet: Meet) -> str:
    """Create a product at the same time as others; return `made` or the name of the error."""
    shop, subject = call
    with shop.opened(meet) as database:
        try:
            create(database, subject)
        except Exception as error:
            return type(error).__name__
    return "made"


def count_of(database: Database, subject: str) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).where(Product.owner_id == subject)).one()


def products_that_survive(auth_server: AuthServer, reader: FeedReader, shop: Shop, runners: Runners) -> int:
    """Delete a user while others create products with the user's token; return what is left when all is over."""
    subject = str(uuid.uuid4())
    with shop.opened() as database, ThreadPoolExecutor(1) as pool:
        creating = pool.submit(at_once, runners, _create_until_deleted, [(shop, subject)] * CREATORS)
        while not count_of(database, subject) and not creating.done():
            pass
        auth_server.feed.append("user.deleted", subject)
        while follow(reader, database):
            pass
        creating.result()
        return count_of(database, subject)


def delete_between_check_and_insert(
    auth_server: AuthServer, reader: FeedReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Let the follower come just when a product has passed the check; return what is left when both are done."""
    subject = str(uuid.uuid4())
    create(database, subject)
    auth_server.feed.append("user.deleted", subject)
    follower = threading.Thread(target=follow, args=(reader, database))
    add_product = stored.add

    def add_late(session: Session, product: Product) -> None:
        follower.start()
        follower.join(0.3)  # it has to wait for us; without the lock it would be through by then
        add_product(session, product)

    with monkeypatch.context() as patch:
        patch.setattr(stored, "add", add_late)
        create(database, subject)
    follower.join()
    return count_of(database, subject)


def look_and_let_go(session: Session, subject: str, name: str) -> Owner:
    """What `owners.hold` would be in a transaction of its own."""
    owner = hold_owner(session, subject, name)
    session.commit()
    return owner


def _create_until_deleted(call: tuple[Shop, str], meet: Meet) -> None:
    shop, subject = call
    with shop.opened(meet) as database:
        while not _is_deleted(database, subject):
            with suppress(TokenRevoked):
                create(database, subject)
        with suppress(TokenRevoked):
            create(database, subject)


def _is_deleted(database: Database, subject: str) -> bool:
    with database.reading() as session:
        return bool(session.scalars(select(Owner.deleted_at).where(Owner.subject == subject)).first())

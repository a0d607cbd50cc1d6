"""Many callers who change one product, or send one request, at once; on whatever database."""

import uuid
from collections import Counter
from contextlib import suppress
from decimal import Decimal

from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.use_cases import changes, idempotency, products
from catalog.use_cases.idempotency import Answer, Keep, Request
from quartet.database import Database
from quartet.errors import DomainError, PreconditionFailed
from quartet.idempotency import IdempotencyInProgress
from quartet.testing.at_once import Meet, MeetingDatabase, at_once
from services.catalog.tests.tombstone import Shop, count_of

WRITERS = 12
SENDERS = 50
OWNER = "ada"

Write = tuple[Shop, int, int, bool]
Send = tuple[Shop, str]


def seen_first(product: Product) -> None:
    if product.version != 1:
        raise PreconditionFailed


def seen_any(_product: Product) -> None:
    return None


def write_at_once(shop: Shop, *, only_first: bool) -> tuple[Counter[str], Product]:
    """Let many writers have read a product before any of them writes; return how they ended, and the product."""
    with shop.opened() as database:
        made = products.create(database, OWNER, OWNER, name="Teapot", price=Decimal(1))
        calls = [(shop, made.id, number, only_first) for number in range(WRITERS)]
        ends = at_once("threads", write, calls)
        product = products.find(database, made.id)
    assert any(product.name == f"Teapot {number}" for number, end in enumerate(ends) if end == "changed")
    return Counter(ends), product


def write(call: Write, meet: Meet) -> str:
    shop, product_id, number, only_first = call
    midway = not shop.url.startswith("sqlite")
    database = MeetingDatabase(shop.url, shop.isolation_level, meet, midway=midway)
    check = seen_first if only_first else seen_any
    try:
        changes.change(database, product_id, OWNER, check, name=f"Teapot {number}")
    except DomainError as error:
        return error.code
    finally:
        database.engine.dispose()
    return "changed"


def send_at_once(shop: Shop, senders: int = SENDERS) -> tuple[list[str], int]:
    """Send one request many times at once, with one key, each time again as long as the first is at work.

    Returns:
        The answers that are final, and how many products there are.
    """
    subject = str(uuid.uuid4())
    answers = at_once("threads", send, [(shop, subject)] * senders)
    with shop.opened() as database:
        return answers, count_of(database, subject)


def send(call: Send, meet: Meet) -> str:
    shop, subject = call
    with shop.opened(meet) as database:
        while True:
            with suppress(IdempotencyInProgress):
                return create_once(database, subject)


def create_once(database: Database, subject: str) -> str:
    def create(keep: Keep) -> Answer:
        def also(session: Session, product: Product) -> None:
            keep(session, answer_of(product))

        return answer_of(products.create(database, subject, OWNER, name="Teapot", price=Decimal(1), also=also))

    answer, _ = idempotency.answer_once(database, Request(subject, "key", "fingerprint"), create)
    return answer.body.decode()


def answer_of(product: Product) -> Answer:
    return Answer(201, {}, f"product {product.id}".encode())

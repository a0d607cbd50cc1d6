"""Lists of many products on MySQL: each page's time beside that of page 1, and beside paging by OFFSET."""

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
from sqlalchemy import select

from bench import platform
from catalog.models import Product
from catalog.repository import lists
from catalog.searches import ProductSearch, place_of
from catalog.use_cases import seeding
from quartet.database import Database
from quartet.testing.mysql import new_database, run_mysql

PRODUCTS = 1_000_000
OWNERS = 20
BATCH = 1000
PAGE = 20
LATER = 10_000
LIST = "/api/products"


@dataclass(frozen=True)
class Bench:
    """The addresses of gateway and service, and the database behind them."""

    gateway: str
    service: str
    database: Database

    def reads(self) -> Iterator[tuple[str, str]]:
        """Yield what is measured: its name, and its path. Later pages take the time of making, the usual order."""
        with self.database.reading() as session:
            order = Product.created_at.desc(), Product.id.desc()
            last = session.scalars(select(Product).order_by(*order).offset((LATER - 1) * PAGE - 1).limit(1)).one()
        yield "page 1", LIST
        yield f"page {LATER:,}", f"{LIST}?cursor={place_of(last, '-created_at')}"
        yield "page 1 by price", f"{LIST}?sort=price"
        yield "one owner's, by name", f"{LIST}?sort=name&owner={last.owner_id}"
        yield "a rare word", f"{LIST}?q=teapot"
        yield "a rare word and one that most have", f"{LIST}?q=teapot+made"
        yield "a word that most have", f"{LIST}?q=made"
        yield "one product", f"{LIST}/{last.id}"

    def directly(self, path: str, seconds: int) -> float:
        """Return the median time of the service's answer, in milliseconds."""
        return self._median(self.service + path, seconds)

    def through_the_gateway(self, path: str, seconds: int) -> float:
        """Return the median time of the gateway's answer, in milliseconds."""
        return self._median(self.gateway + path, seconds)

    def by_offset(self, page: int, seconds: int) -> float:
        """Return the median time of the database alone for a page by OFFSET, as many lists are paged."""
        order = Product.created_at.desc(), Product.id.desc()
        statement = select(Product).order_by(*order).offset((page - 1) * PAGE).limit(PAGE)
        with self.database.reading() as session:
            return median(lambda: session.scalars(statement).all(), seconds)

    def by_cursor(self, page: int, seconds: int) -> float:
        """Return the median time of the database alone for our page."""
        order = Product.created_at.desc(), Product.id.desc()
        with self.database.reading() as session:
            before = select(Product).order_by(*order).offset(max((page - 1) * PAGE - 1, 0)).limit(1)
            place = place_of(session.scalars(before).one(), "-created_at") if page > 1 else None
            return median(lambda: lists.page(session, ProductSearch(), PAGE, place), seconds)

    def _median(self, url: str, seconds: int) -> float:
        with requests.Session() as client:
            client.headers["Cookie"] = "bench=1"  # so that the gateway asks the service each time
            return median(lambda: client.get(url, timeout=30).raise_for_status(), seconds)


def median(read: Callable[[], object], seconds: int) -> float:
    """Return the median of the times that a read takes, in milliseconds, warmed up by one."""
    read()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        begin = time.perf_counter()
        read()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


@contextlib.contextmanager
def benches(folder: Path, products: int = PRODUCTS) -> Iterator[Bench]:
    """Start MySQL and a platform on it, and make up the products."""
    with (
        run_mysql() as server,
        new_database(server) as url,
        platform.started(folder, {"CATALOG_DATABASE_URL": url}) as record,
    ):
        database = Database(url)
        seeding.make_owners(database, OWNERS)
        for first in range(seeding.count(database), products, BATCH):
            seeding.add(database, range(first, first + BATCH), OWNERS)
        yield Bench(record.url, record.urls["catalog"].removesuffix("/health/ready"), database)
        database.engine.dispose()

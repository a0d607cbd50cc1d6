"""Products: made with and without an Idempotency-Key, changed, changed in vain, deleted."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.integration.faults.caller import Outcome, Reply
from tests.integration.faults.writers import Writer

PATH = "/api/products"


@dataclass
class Offer:
    """A product as it may be told: how many of its name there may be, and at which prices."""

    name: str
    times: set[int] = field(default_factory=lambda: {0, 1})
    prices: set[int] = field(default_factory=lambda: {1})


class Products(Writer):
    """Nothing sends a request without a key again, so that no name is ever there twice, with a key or without."""

    pending: tuple[Offer, str] | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.offers: dict[str, Offer] = {}

    def write(self) -> None:
        made = self._ask_again() if self.pending else self._make(next(self.numbers))
        if made is None or not made.done:
            return
        offer = self.offers[made.body["name"]]
        offer.times = {1}
        path, tag = f"{PATH}/{made.body['id']}", made.headers["etag"]
        self._change(offer, path, tag, price=2)
        self._change(offer, path, tag, price=3)  # of the version before: it must be refused
        if len(self.offers) % 3 == 0:
            self._delete(offer, path)

    def compare(self) -> list[str]:
        told: dict[str, list[int]] = defaultdict(list)
        for product in self.read_all(f"{PATH}/my"):
            told[product["name"]].append(product["price"])
        return [
            f"{offer} is told {told[name]}"
            for name, offer in self.offers.items()
            if len(told[name]) not in offer.times or not set(told[name]) <= offer.prices
        ] + [f"{name} was never asked for" for name in told.keys() - self.offers.keys()]

    def _make(self, number: int) -> Reply | None:
        offer = Offer(f"product {number}")
        self.offers[offer.name] = offer
        if number % 2:
            self.pending = (offer, str(uuid.uuid4()))
            return self._ask_again()
        made = self.ask("POST", PATH, json={"name": offer.name, "price": 1})
        if made.outcome is Outcome.REFUSED:
            offer.times = {0}
        return made

    def _ask_again(self) -> Reply | None:
        assert self.pending
        offer, key = self.pending
        body, headers = {"name": offer.name, "price": 1}, {"Idempotency-Key": key}
        made = self.ask("POST", PATH, json=body, headers=headers)
        if made.done:
            self.pending = None
        return made

    def _change(self, offer: Offer, path: str, tag: str, price: int) -> None:
        outcome = self.ask("PATCH", path, json={"price": price}, headers={"If-Match": tag}).outcome
        if outcome is Outcome.DONE:
            offer.prices = {price}
        elif outcome is Outcome.UNKNOWN:
            offer.prices.add(price)

    def _delete(self, offer: Offer, path: str) -> None:
        outcome = self.ask("DELETE", path).outcome
        if outcome is not Outcome.REFUSED:
            offer.times = {0} if outcome is Outcome.DONE else {0, 1}

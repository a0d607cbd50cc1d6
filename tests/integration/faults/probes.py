"""Asking for everything at once: what works while a part is away, and when all works again."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from quartet.testing.waiting import eventually
from tests.integration.faults import parts
from tests.integration.faults.caller import Caller, Reply
from tests.integration.faults.parts import ALL
from tests.integration.faults.people import done, log_in
from tests.integration.platform_client import User

BREATH = 0.2  # between two rounds of asking: who is starting has enough to do


class Probes:
    """Knows a user, a product that the gateway has in its cache, and a session that has ended."""

    def __init__(self, url: str, user: User) -> None:
        self.url = url
        self.user = user
        self._caller = Caller(url)
        offer = {"name": "probed", "price": 1}
        made = done(self._caller, "POST", "/api/products", token=user["access_token"], json=offer)
        self._product = f"/api/products/{made.body['id']}"
        self.token = self._log_in()
        """Good until the next `get_ready`: who logs in too often loses the oldest sessions."""
        self._dead = self._log_in()
        done(self._caller, "POST", "/api/auth/logout", token=self._dead)

    def get_ready(self) -> None:
        """Take a token that nobody has seen yet, and have the product in the cache."""
        self.token = self._log_in()
        done(self._caller, "GET", self._product)

    def ask(self, abilities: set[str] = ALL) -> dict[str, Reply]:
        """What each comes to, all asked at once."""
        with ThreadPoolExecutor(len(abilities)) as pool:
            waiting = {name: pool.submit(ask) for name, ask in self._abilities.items() if name in abilities}
            return {name: reply.result() for name, reply in waiting.items()}

    def works(self, ability: str, reply: Reply) -> bool:
        return reply.status == 401 if ability == parts.REFUSE else reply.done

    def wait_for(self, abilities: set[str], patience: float) -> None:
        """Return when each has worked once from now on; AssertionError with what it was answered last."""
        deadline = time.monotonic() + patience
        missing = set(abilities)
        while missing:
            replies = self.ask(missing)
            missing = {name for name in missing if not self.works(name, replies[name])}
            assert not missing or time.monotonic() < deadline, [str(replies[name]) for name in missing]
            if missing:
                time.sleep(BREATH)

    def wait_for_health(self, patience: float) -> None:
        """Return when the gateway says that every service is ready."""

        def all_ready() -> bool:
            health = self._caller.ask("GET", "/health")
            return health.done and health.body["status"] == "ok"

        eventually(all_ready, patience, "health")

    @property
    def _abilities(self) -> Mapping[str, Callable[[], Reply]]:
        token, new = self.token, partial(Caller, self.url)
        login = {"username": self.user["username"], "password": self.user["password"]}
        return {
            parts.LOG_IN: lambda: new().ask("POST", "/api/auth/login", json=login),
            parts.ACCOUNT: lambda: new().ask("GET", "/api/auth/me", token=token),
            parts.MY_PRODUCTS: lambda: new().ask("GET", "/api/products/my", token=token),
            parts.PRODUCT: lambda: new().ask("GET", self._product),
            parts.COUNT: lambda: new().ask("POST", "/api/counters/probed/increment", token=token, json={}),
            parts.PING: lambda: new().ask("GET", "/api/ping"),
            parts.EMBED: lambda: new().ask("POST", "/api/vectors", token=token, json={"sentence": "fox"}),
            parts.REFUSE: lambda: new().ask("POST", "/api/vectors", token=self._dead, json={"sentence": "fox"}),
        }

    def _log_in(self) -> str:
        return log_in(self._caller, self.user["username"], self.user["password"])["access_token"]

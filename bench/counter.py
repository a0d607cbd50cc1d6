"""The counter service as `make run` starts it, called directly and through the gateway, beside a bare Flask view."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import bare_counter, platform
from bench.wrk import CONNECTIONS, Load, gets, posts

INCREMENT = "/api/counters/bench/increment"
VISITORS = "/api/counters/bench/visitors"


@dataclass(frozen=True)
class Bench:
    """Where each is, on one Valkey, and an access token."""

    folder: Path
    gateway: str
    counter: str
    bare: str
    token: str

    def cases(self, seconds: int) -> Iterator[tuple[str, Callable[[], Load]]]:
        """Yield what is measured; the first is what the others are compared with."""
        yield "a bare Flask view: INCR", partial(self.counts, f"{self.bare}/count", seconds)
        yield "a visit", partial(self.counts, f"{self.counter}/api/count", seconds)
        yield "a visit through the gateway", partial(self.counts, f"{self.gateway}/api/count", seconds)
        for keyed, title in ((False, "an increment"), (True, "an increment with an Idempotency-Key")):
            yield title, partial(self.increments, self.counter, seconds, keyed)
            yield f"{title} through the gateway", partial(self.increments, self.gateway, seconds, keyed)
        yield "a visitor", partial(self.visitors, self.counter, seconds)

    def counts(self, url: str, seconds: int) -> Load:
        tokens = self.folder / "tokens"
        tokens.write_text(self.token + "\n")
        return gets(url, seconds, tokens)

    def increments(self, url: str, seconds: int, keyed: bool) -> Load:
        """Load one counter with increments, each with an Idempotency-Key of its own if `keyed`."""
        key = secrets.token_hex(8) if keyed else ""
        return posts(url, INCREMENT, self._bodies("{}"), CONNECTIONS, seconds, self.token, key)

    def visitors(self, url: str, seconds: int) -> Load:
        """Load one counter with ten thousand visitors in turn."""
        bodies = self._bodies(*(f'{{"visitor": "visitor-{number}"}}' for number in range(10_000)))
        return posts(url, VISITORS, bodies, CONNECTIONS, seconds, self.token)

    def _bodies(self, *bodies: str) -> Path:
        file = self.folder / "bodies"
        file.write_text("".join(body + "\n" for body in bodies))
        return file


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start a platform of its own and log its admin in."""
    with platform.started(folder / "run", {}) as record:
        counter = record.urls["counter"].removesuffix("/health/ready")
        with bare_counter.running(f"redis://127.0.0.1:{record.ports['valkey']}/1") as bare:
            yield Bench(folder, record.url, counter, bare, platform.admin_token(folder / "run", record.url))

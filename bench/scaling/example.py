"""From so many users a day to machines: the mix is an assumption, the costs are measured, the rest is arithmetic."""

import math
from dataclasses import dataclass

from bench.scaling import caching, feed, redis_cluster
from bench.scaling.figures import APPENDS, COSTS, COUNTER_BYTES, GATEWAY, HASHES, INCREMENT, TOKENS_A_MIB

USERS = (10_000, 100_000, 1_000_000)
DAY, PEAK, BUSY = 86_400, 4, 0.6
"""Seconds; the busiest hour by the mean; the share of a core that is planned for."""
LIFE = 900
"""Of an access token, s."""
GATEWAY_CORES = 2

MIX = {
    "log-in": 1,
    "refresh": 8,
    "account": 4,
    "public list": 40,
    "own list": 5,
    "write": 1,
    "increment": 30,
    "vector": 2,
    "log-out": 0.5,
}
"""Requests of a user on a day."""
AS = {"public list": "list", "log-out": "account"}
"""What is not measured by itself costs as much as this."""
COMMITS = {"auth": ("log-in", "refresh", "log-out"), "catalog": ("write",)}


@dataclass(frozen=True)
class Plan:
    """What the busiest hour of so many users a day needs."""

    users: int

    def rate(self, what: str) -> float:
        """Return requests a second."""
        return self.users * MIX[what] * PEAK / DAY

    @property
    def requests(self) -> float:
        return sum(map(self.rate, MIX))

    @property
    def misses(self) -> float:
        """Return the share of public lists that reach catalog."""
        return caching.simulated(self.rate("public list"), self.gateways)

    def cores(self, service: str) -> float:
        """Return the cores that are busy in a service, of which BUSY are planned for."""
        spent = 0.0
        for what in MIX:
            owner, own = COSTS[AS.get(what, what)]
            if owner == service:
                spent += self.rate(what) * own * (self.misses if what == "public list" else 1)
        spent /= 1000
        return spent + (feed.pull_cost(self.gateways, self.rate("log-out")) if service == "auth" else 0)

    @property
    def gateway_cores(self) -> float:
        return self.requests * GATEWAY / 1000

    @property
    def gateways(self) -> int:
        """Return gateways of GATEWAY_CORES workers each; two at least, in two zones."""
        return max(2, math.ceil(self.gateway_cores / BUSY / GATEWAY_CORES))

    def commits(self, service: str) -> float:
        return sum(map(self.rate, COMMITS[service]))

    @property
    def tokens(self) -> float:
        """Return how many access tokens are alive at once, if each is used until it ends."""
        return (self.rate("log-in") + self.rate("refresh")) * LIFE


def _planned(cores: float) -> str:
    return f"{cores:.2f} → {max(2, math.ceil(cores / BUSY))}"


def table() -> str:
    plans = [Plan(users) for users in USERS]
    lines: list[tuple[str, list[str]]] = [
        ("users a day", [f"{each.users:,}" for each in plans]),
        ("requests/s in the busiest hour", [f"{each.requests:,.0f}" for each in plans]),
        ("log-ins/s; cores for their hashes", [_hashes(each) for each in plans]),
        ("public lists/s; that reach catalog", [_lists(each) for each in plans]),
        *(
            (f"{name}: cores busy → workers (one core each)", [_planned(each.cores(name)) for each in plans])
            for name in SERVICES
        ),
        (
            "gateway: cores busy → gateways of two workers",
            [f"{each.gateway_cores:.2f} → {each.gateways}" for each in plans],
        ),
        (
            "commits/s of auth, of catalog",
            [f"{each.commits('auth'):.1f}, {each.commits('catalog'):.1f}" for each in plans],
        ),
        ("log-outs/s; of the feed's ceiling", [_feed(each) for each in plans]),
        ("`REVOCATIONS_SIZE` at least", [f"{feed.zone(each.rate('log-out'))}m" for each in plans]),
        ("`TOKEN_CACHE_SIZE` at least", [f"{math.ceil(each.tokens / TOKENS_A_MIB)}m" for each in plans]),
        ("Redis: share of a core; memory", [_redis(each) for each in plans]),
    ]
    head, *rest = [f"| {name} | " + " | ".join(cells) + " |" for name, cells in lines]
    return "\n".join([head, "|---|" + "---:|" * len(USERS), *rest])


SERVICES = ("auth", "catalog", "counter", "vectors")


def _hashes(plan: Plan) -> str:
    return f"{plan.rate('log-in'):.1f}; {plan.rate('log-in') / HASHES:.2f}"


def _lists(plan: Plan) -> str:
    return f"{plan.rate('public list'):,.0f}; {plan.misses:.0%}"


def _feed(plan: Plan) -> str:
    return f"{plan.rate('log-out'):.2f}; {plan.rate('log-out') / APPENDS[0]:.1%}"


def _redis(plan: Plan) -> str:
    share = plan.rate("increment") * INCREMENT / 1000
    nodes = "" if share < redis_cluster.SHARE else " → Cluster"
    return f"{share:.1%}{nodes}; {plan.users * COUNTER_BYTES / 2**20:,.0f} MiB"


def mix_table() -> str:
    rows = ["| a user on a day | requests | share | ms of a core: service, gateway |", "|---|---:|---:|---:|"]
    whole = sum(MIX.values())
    for what, number in MIX.items():
        _, own = COSTS[AS.get(what, what)]
        rows.append(f"| {what} | {number:g} | {number / whole:.0%} | {own:.1f}, {GATEWAY:.2f} |")
    return "\n".join(rows)

"""The gateway's cache of public reads: what reaches catalog of requests whose popularity follows Zipf's law.

An answer is fresh for a second by its `max-age=1`; nginx counts whole seconds, so between one and two. One request
asks for what is not there, the others wait for it (`proxy_cache_lock`). Each gateway has a cache of its own.
"""

import random
from bisect import bisect
from itertools import accumulate

SEED, OBJECTS, EXPONENT, SECONDS = 8, 10_000, 1.0, 30
RATES = (10, 100, 1_000, 5_000)
GATEWAYS = (1, 2, 4, 8)


def weights(objects: int = OBJECTS, exponent: float = EXPONENT) -> list[float]:
    """Return the share of each object in all requests, the most popular first."""
    found = [1 / rank**exponent for rank in range(1, objects + 1)]
    whole = sum(found)
    return [each / whole for each in found]


def simulated(rate: float, gateways: int, fresh: int = 1, seed: int = SEED) -> float:
    """Return the share of requests that reach catalog: `rate` a second in all, each at any of the gateways."""
    chance = random.Random(seed)
    sums = list(accumulate(weights()))
    kept: dict[tuple[int, int], int] = {}
    now, asked, missed = 0.0, 0, 0
    while now < SECONDS:
        now += chance.expovariate(rate)
        key = (chance.randrange(gateways), min(bisect(sums, chance.random()), OBJECTS - 1))
        asked += 1
        if kept.get(key, -1) < int(now):
            missed += 1
            kept[key] = int(now) + fresh
    return missed / asked


def most_an_object(gateways: int) -> float:
    """Return the most requests a second that reach catalog for one object: one for each gateway, however many ask."""
    return float(gateways)


def table() -> str:
    head = "| public reads a second | " + " | ".join(f"{each} gateway{'s' * (each > 1)}" for each in GATEWAYS) + " |"
    rows = [head, "|---:|" + "---:|" * len(GATEWAYS)]
    for rate in RATES:
        shares = [simulated(rate, each) for each in GATEWAYS]
        rows.append(f"| {rate:,} | " + " | ".join(f"{share:.0%} ({share * rate:,.0f}/s)" for share in shares) + " |")
    return "\n".join(rows)

"""auth's feed: how many events it takes, what pulling costs, and what gateways keep of it."""

import math
import random

from bench.scaling.figures import (
    APPENDS,
    EMPTY_PULL,
    PAGE_EVENTS,
    PAGE_PULL,
    PULLS,
    REVOCATION_SECONDS,
    REVOCATIONS_A_MIB,
)

SEED, EVENTS = 8, 40_000
LOADS = (0.2, 0.5, 0.8, 0.9, 0.95)
GATEWAYS = (2, 10, 50, 200)
LOGOUTS = (1, 5, 16, 50, 87)
BATCHES = (1, 4, 16)


def waits(load: float, rate: float, seed: int = SEED) -> tuple[float, float]:
    """Return the mean and the 99th percentile of seconds from the wish to append to the commit, in simulation.

    Wishes come at random, one at a time holds the lock of `feed_head`, each for 1/rate seconds; `load` is the share
    of that rate that is asked for.
    """
    chance = random.Random(seed)
    now = free = 0.0
    found = []
    for _ in range(EVENTS):
        now += chance.expovariate(load * rate)
        free = max(now, free) + 1 / rate
        found.append(free - now)
    return sum(found) / EVENTS, sorted(found)[int(EVENTS * 0.99)]


def mean_wait(load: float, rate: float) -> float:
    """Return the same mean by the formula of Pollaczek and Khinchine for a service that always lasts as long."""
    return (1 + load / (2 * (1 - load))) / rate


def lock_table() -> str:
    low, high = APPENDS
    rows = [f"| share of the ceiling | logouts/s at {low}/s | mean, p99 ms | logouts/s at {high}/s | mean, p99 ms |"]
    rows.append("|---:|---:|---:|---:|---:|")
    for load in LOADS:
        cells = [f"{load:.0%}"]
        for rate in APPENDS:
            mean, late = waits(load, rate)
            cells += [f"{load * rate:.0f}", f"{mean * 1000:.0f}, {late * 1000:.0f}"]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def batch_table() -> str:
    rows = ["| events for each hold of the lock | a second, low and high | logouts an hour, low |", "|---:|---:|---:|"]
    for size in BATCHES:
        rows.append(f"| {size} | {APPENDS[0] * size:,} … {APPENDS[1] * size:,} | {APPENDS[0] * size * 3600:,} |")
    return "\n".join(rows)


def pull_cost(gateways: int, events: float) -> float:
    """Return the cores that auth spends on `gateways` and a follower, at `events` a second: each reads every event."""
    readers = gateways + 1
    each_event = (PAGE_PULL - EMPTY_PULL) / PAGE_EVENTS
    return readers * (PULLS * EMPTY_PULL + events * each_event) / 1000


def pull_table() -> str:
    rows = [
        "| gateways | pulls/s | cores of auth, no events | at 10 events/s | at 87 events/s |",
        "|---:|---:|---:|---:|---:|",
    ]
    for number in GATEWAYS:
        cores = " | ".join(f"{pull_cost(number, events):.2f}" for events in (0, 10, 87))
        rows.append(f"| {number} | {PULLS * (number + 1)} | {cores} |")
    return "\n".join(rows)


def zone(logouts: float) -> int:
    """Return the MiB that REVOCATIONS_SIZE must have for so many revocations a second."""
    return math.ceil(logouts * REVOCATION_SECONDS / REVOCATIONS_A_MIB)


def memory_table() -> str:
    rows = ["| revocations/s, held on | kept at once | `REVOCATIONS_SIZE` at least |", "|---:|---:|---:|"]
    for logouts in LOGOUTS:
        rows.append(f"| {logouts} | {logouts * REVOCATION_SECONDS:,} | {zone(logouts)}m |")
    return "\n".join(rows)

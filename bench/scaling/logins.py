"""Password logins: how many cores they take, and how many are refused where no slot is free."""

import random

from bench.scaling.figures import HASHES

SEED, LOGINS = 8, 60_000
CORES = (1, 2, 4, 8, 16)
LOADS = (0.3, 0.5, 0.7, 0.9)


def refused(load: float, slots: int) -> float:
    """Return the share of logins that find no slot: Erlang's B formula, for `load` × `slots` hashes at once."""
    offered = load * slots
    share = 1.0
    for place in range(1, slots + 1):
        share = offered * share / (place + offered * share)
    return share


def simulated(load: float, slots: int, seed: int = SEED) -> float:
    """Return the same share in simulation, each hash 1/HASHES seconds long; the formula holds for any length."""
    chance = random.Random(seed)
    busy: list[float] = []
    now, lost = 0.0, 0
    for _ in range(LOGINS):
        now += chance.expovariate(load * slots * HASHES)
        busy = [end for end in busy if end > now]
        if len(busy) < slots:
            busy.append(now + 1 / HASHES)
        else:
            lost += 1
    return lost / LOGINS


def table() -> str:
    rows = [
        "| cores for hashing, a slot each | logins/s at most | "
        + " | ".join(f"refused at {each:.0%}" for each in LOADS)
        + " |"
    ]
    rows.append("|---:|---:|" + "---:|" * len(LOADS))
    for cores in CORES:
        shares = " | ".join(f"{refused(load, cores):.1%}" for load in LOADS)
        rows.append(f"| {cores} | {cores * HASHES} | {shares} |")
    return "\n".join(rows)

"""Read replicas: what they add, since each has to repeat every write; and how old what they show may be."""

NODES = (1, 2, 3, 5)
WRITES = (0.05, 0.2, 0.5)
AGES = (0.0, 0.1, 1.0, 5.0)
FOLLOWER, CACHE = 0.5, 2.0


def gain(replicas: int, writes: float) -> float:
    """Return how many times the load one primary bears, all reads on `replicas`: a share `writes` of it are writes.

    A write costs each node as much as a read; the primary takes writes alone, and reads spread evenly.
    """
    by_primary = 1 / writes
    by_replicas = 1 / (writes + (1 - writes) / replicas)
    return min(by_primary, by_replicas)


def oldest(lag: float) -> float:
    """Return for how many seconds a deleted user's products may still be shown, if public reads went to replicas."""
    return FOLLOWER + lag + CACHE


def table() -> str:
    rows = [
        "| replicas | " + " | ".join(f"{each:.0%} writes" for each in WRITES) + " |",
        "|---:|" + "---:|" * len(WRITES),
    ]
    for number in NODES:
        rows.append(f"| {number} | " + " | ".join(f"{gain(number, each):.1f} ×" for each in WRITES) + " |")
    return "\n".join(rows)


def age_table() -> str:
    rows = ["| lag of the replica, s | a deleted user's products vanish within, s |", "|---:|---:|"]
    return "\n".join([*rows, *(f"| {lag:g} | {oldest(lag):g} |" for lag in AGES)])

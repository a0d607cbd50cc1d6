"""counter on a Redis Cluster: how evenly users lie on the nodes, and what one key can take."""

import random
import uuid

from redis.crc import key_slot

from bench.scaling.figures import COUNTER_BYTES, INCREMENT, PLAIN_INCREMENT
from counter.repository import keys

SEED, SLOTS, USERS, REQUESTS = 8, 16384, 20_000, 100_000
NODES = (3, 6, 12)
EXPONENTS = (0.0, 0.8, 1.1)
SHARE = 0.6
"""Of a node's core, at the most: room for spikes, for the append-only file, for a failover."""


def node_of(owner: str, nodes: int) -> int:
    """Return the node of all keys of a user, the slots in equal ranges, as a new cluster has them."""
    return key_slot(keys.values(owner).encode()) * nodes // SLOTS


def unevenness(nodes: int, exponent: float, seed: int = SEED) -> float:
    """Return the load of the busiest node by the mean, where users are as busy as Zipf's law says."""
    chance = random.Random(seed)
    owners = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(USERS)]
    loads = [0.0] * nodes
    for rank, owner in enumerate(owners, 1):
        loads[node_of(owner, nodes)] += 1 / rank**exponent
    return max(loads) / (sum(loads) / nodes)


def capacity(nodes: int, exponent: float) -> int:
    """Return the increments a second at which the busiest node is SHARE busy."""
    return int(nodes / unevenness(nodes, exponent) * SHARE * 1000 / INCREMENT)


def table() -> str:
    names = {0.0: "all users alike", 0.8: "Zipf 0.8", 1.1: "Zipf 1.1"}
    rows = [
        "| nodes (masters) | " + " | ".join(f"{names[each]}: busiest ÷ mean, increments/s" for each in EXPONENTS) + " |"
    ]
    rows.append("|---:|" + "---:|" * len(EXPONENTS))
    for nodes in NODES:
        cells = [f"{unevenness(nodes, each):.2f}, {capacity(nodes, each):,}" for each in EXPONENTS]
        rows.append(f"| {nodes} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def limits_table() -> str:
    most = SHARE * 1000
    return "\n".join(
        [
            "| on one node | |",
            "|---|---:|",
            f"| increments/s of all users on it, at {SHARE:.0%} of its core | {most / INCREMENT:,.0f} |",
            f"| visits/s (`/api/count`): one key, `{keys.VISITS}`, for all | {most / PLAIN_INCREMENT:,.0f} |",
            f"| users with one counter in a GiB | {2**30 // COUNTER_BYTES:,} |",
        ]
    )

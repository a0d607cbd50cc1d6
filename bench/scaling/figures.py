"""The figures that the tables of docs/scaling start from, and where each is from."""

HASHES = 63
"""Password hashes a second and core: 16 ms each (auth/passwords.py)."""

APPENDS = (87, 144)
"""Events a second that auth's feed took on MySQL in several runs, fsync-bound, with 16 writers."""

REVOCATION_BYTES = 256
"""Of the gateway's memory for a revocation, measured; so that a MiB holds what REVOCATIONS_A_MIB says."""
REVOCATIONS_A_MIB = 3900
TOKENS_A_MIB = 700
"""Verified tokens in a MiB of TOKEN_CACHE_SIZE (docs/settings.md)."""

REVOCATION_SECONDS = 3690
"""How long the gateway keeps one: the longest token's 3,600 s, 30 s of leeway, 60 s of the gateway's own."""

PULLS = 2
"""Pulls of the feed a second, by each gateway and each follower."""

EMPTY_PULL = 4.4
"""Milliseconds of a core of auth for a pull that finds nothing (`python -m bench.scaling measure`)."""
PAGE_PULL = 30.0
"""The same for a page of 1,000 events."""
PAGE_EVENTS = 1000

INCREMENT = 0.045
"""Milliseconds of Redis' core for an increment (`python -m bench.scaling measure`)."""
PLAIN_INCREMENT = 0.02
COUNTER_BYTES = 637
"""Memory in Redis of a user with one counter."""

COSTS = {
    "log-in": ("auth", 64.3),
    "refresh": ("auth", 5.1),
    "account": ("auth", 6.2),
    "list": ("catalog", 6.0),
    "own list": ("catalog", 7.2),
    "write": ("catalog", 7.1),
    "increment": ("counter", 3.4),
    "vector": ("vectors", 2.3),
}
"""Milliseconds of a core that a request costs its service (`python -m bench.scaling measure`, on a busy machine)."""

GATEWAY = 0.07
"""The same for the gateway: the lower end of 14,000 to 17,000 protected requests a second and core (pip build)."""

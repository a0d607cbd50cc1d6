"""Slots of a Redis Cluster, and names that fall into the slot of another.

A cluster keeps a key on the node of its slot: CRC-16/XMODEM of what stands between braces, modulo 16384 (Redis Cluster
specification, "Key distribution model"); a script only reaches keys of one slot. A badge is asked for by a name that
tells nothing of its owner, so the name is drawn until it happens to be of the owner's slot: the key of the badge, with
the name between braces, then lies beside the counter, and one script reads both.

What the name gives away is the slot, 14 bits of a checksum of the owner's random UUID: nobody finds the owner by it,
but two badges of one owner can be guessed to be so by who sees both.
"""

import secrets
from binascii import crc_hqx
from itertools import product

SLOTS = 16384
RANDOM_BYTES = 18
"""144 bits, in 24 letters; the end that is drawn for the slot adds none."""

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
END = 4
LENGTH = RANDOM_BYTES * 4 // 3 + END


def slot_of(tag: str) -> int:
    """Return the slot of all keys that have `tag` between braces."""
    return crc_hqx(tag.encode(), 0) % SLOTS


def unguessable_name(tag: str) -> str:
    """Return LENGTH letters of base64url that nobody can guess, of the same slot as `tag`."""
    slot, beginning = slot_of(tag), secrets.token_urlsafe(RANDOM_BYTES)
    so_far = crc_hqx(beginning.encode(), 0)
    # One in 16384 ends fits, of 64^4.
    ends = (bytes(end) for end in product(LETTERS, repeat=END))
    return beginning + next(end for end in ends if crc_hqx(end, so_far) % SLOTS == slot).decode()

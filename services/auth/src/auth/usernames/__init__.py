"""User names: which ones there may be, in any script, and which ones the public may not take."""

from auth.usernames.reserved import is_reserved
from auth.usernames.rules import LONGEST, MOST_BYTES, SHORTEST, read

__all__ = ["LONGEST", "MOST_BYTES", "SHORTEST", "is_reserved", "read"]

"""The only place with queries, one module for each subject. Every function works in the session that it is given."""

from auth.repository import audit, codes, feed, keys, outbox, sessions, suppressions, throttles, users

__all__ = ["audit", "codes", "feed", "keys", "outbox", "sessions", "suppressions", "throttles", "users"]

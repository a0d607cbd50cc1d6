"""The only place with queries, one module for each subject. Every function works in the session that it is given."""

from auth.repository import feed, keys, outbox, sessions, users

__all__ = ["feed", "keys", "outbox", "sessions", "users"]

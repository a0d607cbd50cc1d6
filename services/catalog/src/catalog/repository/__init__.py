"""The only place with queries, one module for each subject. Every function works in the session that it is given."""

from catalog.repository import feed, idempotency, lists, owners, products

__all__ = ["feed", "idempotency", "lists", "owners", "products"]

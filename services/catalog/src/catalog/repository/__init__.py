"""The only place with queries, one module for each subject. Every function works in the session that it is given."""

from catalog.repository import feed, lists, owners, products

__all__ = ["feed", "lists", "owners", "products"]

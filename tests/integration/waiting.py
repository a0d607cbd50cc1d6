"""Waiting, as all tests do it."""

from quartet.testing.waiting import eventually

__all__ = ["eventually"]

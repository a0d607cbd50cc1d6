"""Compares the API of each service with the released one: what worked with that has to go on working.

A breaking change comes as a new route, and the old route stays; one that was released as deprecated may go.
"""

from devtools.api_compatibility.operations import breaking_changes

__all__ = ["breaking_changes"]

"""Reading what a part logged."""

import json
from typing import Any


def records(text: str) -> list[dict[str, Any]]:
    """The records of a log, oldest first; lines that are no JSON object are left out."""
    found = []
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            found.append(record)
    return found

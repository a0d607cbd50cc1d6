"""Objects of settings as JSON text, and the error that tells what is wrong with a setting."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any


class BrokenSetting(Exception):
    """A setting is missing or wrong; the message is one line that names it."""


def parsed(content: str | bytes, place: str) -> dict[str, Any]:
    """Read a JSON object; its own names come in lower case, and none may be there twice.

    Raises:
        BrokenSetting: naming `place`, never showing what is there.
    """
    try:
        value = json.loads(content, object_pairs_hook=partial(_each_once, place))
    except json.JSONDecodeError as error:
        raise BrokenSetting(f"{place}: is not valid JSON, see line {error.lineno}") from None
    except UnicodeDecodeError:
        raise BrokenSetting(f"{place}: is not UTF-8 text") from None
    if not isinstance(value, dict):
        raise BrokenSetting(f"{place}: is not a JSON object")
    return lowered(value)


def _each_once(place: str, members: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(members)
    if len(lowered(values)) < len(members):
        names = [name.lower() for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise BrokenSetting(f"{place}: {twice.upper()!r} is there twice")
    return values


def lowered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same values under their names in lower case."""
    return {name.lower(): value for name, value in values.items()}

"""Components of several documents in one, and what points at them."""

import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

REFERENCE = re.compile(r"#/components/(\w+)/(.+)")


def add_components(components: Json, found: Json, service: str) -> dict[tuple[str, str], str]:
    """Add the components of one document; returns the new names of those that could not keep theirs."""
    renamed: dict[tuple[str, str], str] = {}
    before: dict[tuple[str, str], str] | None = None
    while before != renamed:  # what points at a renamed component is another one by that
        before = dict(renamed)
        for kind, named in found.items():
            for name, component in named.items():
                there = components.setdefault(kind, {}).get(name)
                if there is not None and there != pointed_at(component, renamed):
                    renamed[kind, name] = f"{service}.{name}"
    for kind, named in found.items():
        for name, component in named.items():
            components[kind][renamed.get((kind, name), name)] = pointed_at(component, renamed)
    return renamed


def pointed_at(value: Any, renamed: dict[tuple[str, str], str]) -> Any:
    """Return a copy whose references point at the new names."""

    def point(reference: str) -> str:
        if found := REFERENCE.fullmatch(reference):
            kind, name = found.groups()
            return f"#/components/{kind}/{renamed.get((kind, name), name)}"
        return reference

    return _changed(value, point)


def _changed(value: Any, point: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: point(each) if name == "$ref" and isinstance(each, str) else _changed(each, point)
            for name, each in value.items()
        }
    return [_changed(each, point) for each in value] if isinstance(value, list) else value

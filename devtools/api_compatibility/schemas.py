"""Whether every value of one JSON schema is one of another: what is missing where it is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Schema = dict[str, Any]
ALL_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
OF_TYPE = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    list: "array",
    dict: "object",
}
UPPER = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
LOWER = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
SAME = ("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")


@dataclass
class Comparison:
    """What of a `given` schema a `taken` one has no place for.

    Of a request the old schema is given, and the new one has to take it; of an answer the new one is given, and who
    knows the old one has to understand it. In both a field of the old one that is gone is one that somebody uses.
    """

    part: Literal["request", "answer"]
    given: Schema
    taken: Schema
    _under_way: set[tuple[str, str]] = field(default_factory=set)

    def gaps(self, given: Any, taken: Any, place: str = "") -> list[str]:
        """Each gap as `place: what`."""
        pair = (str(reference(given)), str(reference(taken)))
        if reference(given) and reference(taken):
            if pair in self._under_way:
                return []
            self._under_way.add(pair)
        choices = list(alternatives(taken, self.taken))
        found = [
            min(
                (self._of_one(each, choice, place) for choice in choices),
                key=len,
                default=[f"{place}: nothing is left"],
            )
            for each in alternatives(given, self.given)
        ]
        self._under_way.discard(pair)
        return list(dict.fromkeys(gap for gaps in found for gap in gaps))

    def _of_one(self, given: Schema, taken: Schema, place: str) -> list[str]:
        kinds = (given["type"], taken["type"])
        if kinds[0] != kinds[1] and kinds != ("integer", "number"):
            return [
                f"{place}: {kinds[0]} in place of {kinds[1]}"
                if self.part == "answer"
                else f"{place}: no {kinds[0]} any more"
            ]
        if kinds[0] == "object":
            return [*self._limits(given, taken, place), *self._fields(given, taken, place)]
        if kinds[0] == "array":
            inner = self.gaps(given.get("items", {}), taken.get("items", {}), f"{place}[]")
            return [*self._limits(given, taken, place), *inner]
        return self._limits(given, taken, place)

    def _limits(self, given: Schema, taken: Schema, place: str) -> list[str]:
        if (allowed := values(taken)) is not None:
            more = [value for value in values(given) or () if value not in allowed]
            if values(given) is None:
                return [
                    f"{place}: any value, where only {allowed} were"
                    if self.part == "answer"
                    else f"{place}: only {allowed}"
                ]
            return [f"{place}: {value!r} {'is new' if self.part == 'answer' else 'is gone'}" for value in more]
        if values(given) is not None:
            return []
        found = [name for name in UPPER if name in taken and given.get(name, float("inf")) > taken[name]]
        found += [name for name in LOWER if name in taken and given.get(name, float("-inf")) < taken[name]]
        found += [name for name in SAME if name in taken and given.get(name) != taken[name]]
        return [f"{place}: {name} is {given.get(name, 'none')}, where {taken[name]} is understood" for name in found]

    def _fields(self, given: Schema, taken: Schema, place: str) -> list[str]:
        ours, theirs = given.get("properties", {}), taken.get("properties", {})
        old, new = (ours, theirs) if self.part == "request" else (theirs, ours)
        found = [f"{place}.{name}: is gone" for name in old if name not in new]
        sure = "is now required" if self.part == "request" else "is not always there any more"
        lacking = set(taken.get("required", ())) - set(given.get("required", ()))
        found += [f"{place}.{name}: {sure}" for name in sorted(lacking) if name in new]
        for name in ours.keys() & theirs.keys():
            found += self.gaps(ours[name], theirs[name], f"{place}.{name}")
        rest, their_rest = given.get("additionalProperties", True), taken.get("additionalProperties", True)
        if their_rest is False and rest is not False:
            found.append(f"{place}: other fields than these")
        elif isinstance(their_rest, dict) and rest is not False:
            found += self.gaps(rest if isinstance(rest, dict) else {}, their_rest, f"{place}.*")
        return sorted(found)


def reference(schema: Any) -> str | None:
    return schema.get("$ref") if isinstance(schema, dict) else None


def values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def alternatives(schema: Any, document: Schema) -> Iterator[Schema]:
    """The schema as several of one type each: `anyOf`, `oneOf`, lists of types and references resolved."""
    if schema is False:
        return
    schema = dict(schema) if isinstance(schema, dict) else {}
    if "$ref" in schema:
        target: Any = document
        for step in schema.pop("$ref").removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        yield from alternatives(merged(target, schema), document)
        return
    for part in schema.pop("allOf", ()):
        schema = merged(next(alternatives(part, document), {}), schema)
    choices = schema.pop("anyOf", None) or schema.pop("oneOf", None)
    if choices:
        for choice in choices:
            yield from alternatives(merged(choice, schema), document)
        return
    kinds = schema.get("type", types_of(values(schema)))
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        listed = values(schema)
        own = (
            {} if listed is None else {"enum": [value for value in listed if OF_TYPE[type(value)] in (kind, "integer")]}
        )
        yield {key: value for key, value in schema.items() if key != "const"} | own | {"type": kind}


def types_of(listed: list[Any] | None) -> tuple[str, ...]:
    return ALL_TYPES if listed is None else tuple(dict.fromkeys(OF_TYPE[type(value)] for value in listed))


def merged(one: Schema, other: Schema) -> Schema:
    """Both at once, as far as a merge can say it: fields and what is required add up, else `other` counts."""
    both = one | other
    both["properties"] = one.get("properties", {}) | other.get("properties", {})
    both["required"] = [*one.get("required", ()), *other.get("required", ())]
    return {key: value for key, value in both.items() if value or key not in ("properties", "required")}

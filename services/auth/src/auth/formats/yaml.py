"""YAML: a list of mappings, read event by event, so that no more than one of them is held.

A value is a text, or a list of texts: nothing is built of tags, and `no` and 0123 stay what they are. An alias may
stand for such a value, not for a mapping; so no few lines become a billion.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

from auth.formats.entries import LONGEST, WHOLE, BrokenFile, Content, Entry
from quartet.errors import FieldError

LARGEST = 64 * 1024 * 1024
"""Bytes of a file: its parser holds a value whole, however long."""
MOST_ANCHORS = 1000
DEEPEST = 20
"""Levels of what is left out: the parser takes ever longer for each."""
CORE = "tag:yaml.org,2002:"
TAGS = {None, "!", *(f"{CORE}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map"))}
NULLS = ("", "~", "null", "Null", "NULL")
FLAT = FieldError(WHOLE, "must hold texts, or lists of texts, without tags")
NO_LIST = "must be YAML: one list of mappings"


def read(file: BinaryIO) -> Iterator[Entry]:
    """Yield what each mapping says; raises BrokenFile."""
    return _Reader(_Bounded(file)).entries()


class _Bounded:
    """A file that ends with an error where it is too large."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = LARGEST

    def read(self, size: int = 4096, /) -> bytes:
        piece = self._file.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise BrokenFile(1, f"a YAML file may have at most {LARGEST} bytes; NDJSON and CSV any number")
        return piece


class _Reader:
    def __init__(self, file: _Bounded) -> None:
        self._events = self._parsed(file)
        self._anchors: dict[str, Any] = {}

    def entries(self) -> Iterator[Entry]:
        self._take(yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.SequenceStartEvent)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            line = event.start_mark.line + 1
            yield Entry(line, self._mapping(event))
        self._take(yaml.DocumentEndEvent, yaml.StreamEndEvent)

    @staticmethod
    def _parsed(file: _Bounded) -> Iterator[Any]:
        line = 1
        try:
            event: Any
            for event in yaml.parse(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
                line = event.start_mark.line + 1
                yield event
        except (yaml.YAMLError, UnicodeError, RecursionError):
            raise BrokenFile(line, "there, or soon after, it is not YAML in UTF-8") from None

    def _take(self, *kinds: type) -> None:
        for kind in kinds:
            event = next(self._events, None)
            if not isinstance(event, kind):
                raise BrokenFile(event.start_mark.line + 1 if event else 1, NO_LIST)

    def _mapping(self, event: Any) -> Content:
        if not isinstance(event, yaml.MappingStartEvent) or event.anchor or event.tag not in TAGS:
            self._skip(event)
            return FieldError(WHOLE, "must be a mapping, without an anchor or a tag")
        content: dict[str, Any] = {}
        wrong: FieldError | None = None
        size = 0
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, value = self._value(event), self._value(next(self._events))
            size += len(str(key)) + len(str(value))
            if size > LONGEST:
                wrong, content = FieldError(WHOLE, f"must have at most {LONGEST} characters"), {}
            elif not isinstance(key, str) or value is FLAT:
                wrong = wrong or FLAT
            elif key in content:
                wrong = wrong or FieldError(WHOLE, "must not have a member twice")
            else:
                content[key] = value
        return wrong or content

    def _value(self, event: Any) -> Any:
        """Return a text, a list of texts, None, or FLAT for what is none of them."""
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(event.anchor or "", FLAT)
        value: Any
        if isinstance(event, yaml.ScalarEvent) and event.tag in TAGS:
            value = None if event.implicit[0] and event.value in NULLS else event.value
        elif isinstance(event, yaml.SequenceStartEvent) and event.tag in TAGS:
            value = self._list()
        else:
            self._skip(event)
            return FLAT
        if event.anchor and len(str(value)) <= LONGEST:
            if len(self._anchors) >= MOST_ANCHORS and event.anchor not in self._anchors:
                raise BrokenFile(event.start_mark.line + 1, f"a file may have at most {MOST_ANCHORS} anchors")
            self._anchors[event.anchor] = value
        return value

    def _list(self) -> Any:
        texts: list[str] = []
        size, flat = 0, True
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                size += len(event.value) + 1
                if size <= LONGEST:
                    texts.append(event.value)
            else:
                self._skip(event)
                flat = False
        return texts if flat and size <= LONGEST else FLAT

    def _skip(self, event: Any) -> None:
        """Leave out what begins with an event, however deep it is."""
        depth, line = 0, event.start_mark.line + 1
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    raise BrokenFile(line, "it is nested too deeply")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = next(self._events)

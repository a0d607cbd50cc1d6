"""How much a model takes at once, and how what is more is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from quartet.schemas import unstorable
from vectors.errors import SentencesRefused

Value = TypeVar("Value")


@dataclass(frozen=True)
class Limits:
    """The most of each: `sentences` and `body` (bytes) of a request, `characters` and `tokens` of a sentence.

    `tokens_in_all` are those of all sentences of a request. A model that has no tokenizer has None for tokens.
    """

    sentences: int
    characters: int
    body: int
    tokens: int | None = None
    tokens_in_all: int | None = None

    def with_tokens(self, most: int | None, *, in_all: int | None = None) -> Self:
        """Return these limits with those of tokens that are stricter."""
        return replace(self, tokens=_least(self.tokens, most), tokens_in_all=_least(self.tokens_in_all, in_all))

    def check(self, sentences: Sequence[str]) -> None:
        """Raise SentencesRefused unless these are as many as may be, each of them text and not too long."""
        self.check_count(sentences)
        self.check_each(sentences)

    def check_count(self, sentences: Sequence[str]) -> None:
        if not sentences:
            raise SentencesRefused({None: "List should have at least 1 item"})
        if len(sentences) > self.sentences:
            raise SentencesRefused({None: f"List should have at most {self.sentences} items"})

    def check_each(self, sentences: Sequence[str]) -> None:
        _check_each(sentences, self._rule_broken_by)

    def check_tokens(self, tokens: Sequence[int]) -> None:
        """Raise SentencesRefused unless sentences of so many tokens each may be."""
        most = self.tokens
        _check_each(
            tokens, lambda n: f"Should have at most {most} tokens, has {n}" if most is not None and n > most else None
        )
        if self.tokens_in_all is not None and sum(tokens) > self.tokens_in_all:
            raise SentencesRefused({None: f"Should have at most {self.tokens_in_all} tokens in all, has {sum(tokens)}"})

    def _rule_broken_by(self, sentence: str) -> str | None:
        if not sentence:
            return "String should have at least 1 character"
        if len(sentence) > self.characters:
            return f"String should have at most {self.characters} characters"
        return unstorable(sentence)


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _check_each(values: Sequence[Value], rule_broken_by: Callable[[Value], str | None]) -> None:
    rules = enumerate(map(rule_broken_by, values))
    broken: dict[int | None, str] = {place: rule for place, rule in rules if rule is not None}
    if broken:
        raise SentencesRefused(broken)

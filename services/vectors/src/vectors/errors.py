"""What can go wrong in vectors, in its own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from quartet.errors import FieldError, InvalidInput, NotFound, Unavailable


class UnknownModel(NotFound):
    code = "model_not_found"
    detail = "There is no model of this name; GET /api/vectors/models lists those that there are."


class Overloaded(Unavailable):
    code = "overloaded"
    detail = "As many sentences are being worked on as this replica takes at once. Try again in a moment."


class SentencesRefused(InvalidInput):
    """Sentences that break a limit: the place of each in the list, or None for the list itself, and the rule it breaks.

    `errors` names the fields `sentences` and `sentences.<place>`; `named` gives the same for another field.
    """

    def __init__(self, rules: Mapping[int | None, str]) -> None:
        self.rules = dict(rules)
        super().__init__(*self._errors("sentences", alone=False))

    def named(self, field: str, *, alone: bool = False) -> InvalidInput:
        """Return this error for the field that the sentences came in; `alone`: as one text, not as a list."""
        return InvalidInput(*self._errors(field, alone=alone))

    def _errors(self, field: str, *, alone: bool) -> list[FieldError]:
        return [
            FieldError(field if alone or place is None else f"{field}.{place}", rule)
            for place, rule in self.rules.items()
        ]


@contextmanager
def of_one_sentence() -> Iterator[None]:
    """Tell what is wrong with the only sentence of a request by its own field, not by its place in a list."""
    try:
        yield
    except SentencesRefused as error:
        raise error.named("sentence", alone=True) from None

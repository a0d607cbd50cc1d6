"""counter's own settings."""

import pytest

from counter.settings import CounterSettings


@pytest.mark.parametrize(
    ("in_environment", "given", "places"), [("48", 48, 32), ("16", 16, 12), (None, 48, 3), (None, 2, 1)]
)
def test_streams_take_three_quarters_of_the_threads_that_serve(
    monkeypatch: pytest.MonkeyPatch, in_environment: str | None, given: int, places: int
) -> None:
    """Only `counter serve`, and who puts THREADS in the environment, is known to serve with so many."""
    monkeypatch.delenv("THREADS", raising=False)
    if in_environment:
        monkeypatch.setenv("THREADS", in_environment)
    assert CounterSettings(threads=given, stream_places=32).places == places

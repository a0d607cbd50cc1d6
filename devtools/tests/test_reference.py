"""The pages that are made from the code say what the code says."""

from pathlib import Path

import pytest

from devtools.reference import pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_made_page_is_not_stale(page: Path) -> None:
    assert page.read_text() == pages()[page], "run `make docs`"

"""If-Match: only who has seen the present version may change it."""

import pytest
from flask import Flask

from quartet.errors import PreconditionFailed, PreconditionRequired
from quartet.preconditions import check_if_match, entity_tag

TAG = entity_tag(3, 1)


def check(value: str | None) -> None:
    with Flask("test").test_request_context(headers={} if value is None else {"If-Match": value}):
        check_if_match(TAG)


def test_a_tag_tells_its_parts_apart() -> None:
    assert len({entity_tag(1, 11), entity_tag(11, 1), entity_tag(111)}) == 3


@pytest.mark.parametrize("value", [f'"{TAG}"', f'W/"{TAG}"', f'"1.1", "{TAG}"', "*"])
def test_the_present_version_may_be_changed(value: str) -> None:
    check(value)


@pytest.mark.parametrize("value", ['"2.1"', 'W/"2.1"', '"3"', '"1.1", "2.1"', '""', ",", '"3.1', "nonsense"])
def test_another_version_may_not(value: str) -> None:
    with pytest.raises(PreconditionFailed):
        check(value)


def test_a_change_needs_the_header() -> None:
    with pytest.raises(PreconditionRequired):
        check(None)

"""Refreshes at once on MySQL: convergent rotation is a compare-and-set, not a matter of luck."""

import pytest

from auth import repository
from auth.errors import RefreshTokenInvalid
from quartet.testing.at_once import RUNNERS, Runners
from services.auth.tests.races import advance_whatever_the_generation, begun, refresh, refreshed, token_of
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

CALLERS = 50


@pytest.mark.parametrize("runners", RUNNERS)
def test_refreshes_at_once_all_get_one_successor(mysql_site: Site, runners: Runners) -> None:
    with mysql_site.opened() as auth:
        first = token_of(auth, begun(auth))
        (successor,) = set(refreshed(mysql_site, runners, first, CALLERS))
        assert refresh(auth, successor) not in {first, successor}


def test_without_the_compare_and_set_refreshes_at_once_fall_apart(
    mysql_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mysql_site.opened() as auth:
        token = token_of(auth, begun(auth))
        monkeypatch.setattr(repository.sessions, "advance", advance_whatever_the_generation)
        got = refreshed(mysql_site, "threads", token, CALLERS)
        with pytest.raises(RefreshTokenInvalid):
            refresh(auth, got[0])

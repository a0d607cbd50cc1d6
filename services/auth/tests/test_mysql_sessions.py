"""Refreshes at once on MySQL: convergent rotation is a compare-and-set, not a matter of luck."""

from dataclasses import replace

import pytest

from auth import repository
from auth.errors import RefreshTokenInvalid
from quartet.testing.at_once import RUNNERS, Runners
from services.auth.tests import session_races
from services.auth.tests.races import advance_whatever_the_generation, begun, refresh, refreshed, token_of
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

CALLERS = 50
WRITERS = 8  # of them each waits for all before it


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


@pytest.mark.parametrize("runners", RUNNERS)
def test_a_session_is_ended_once(mysql_site: Site, runners: Runners) -> None:
    session_races.revoke_at_once(mysql_site, runners, WRITERS)


@pytest.mark.parametrize("runners", RUNNERS)
def test_a_session_that_is_ended_while_it_is_refreshed_has_ended(mysql_site: Site, runners: Runners) -> None:
    session_races.revoke_while_refreshing(mysql_site, runners, WRITERS)


def test_of_two_sessions_that_end_each_other_one_stays(mysql_site: Site) -> None:
    session_races.revoke_each_other(mysql_site, "threads")


@pytest.mark.parametrize("runners", RUNNERS)
def test_logins_at_once_leave_as_many_sessions_as_may_be(mysql_site: Site, runners: Runners) -> None:
    settings = mysql_site.settings.model_copy(update={"max_sessions": 3})
    session_races.log_in_beyond_the_cap(replace(mysql_site, settings=settings), runners, WRITERS)


def test_purges_at_once_remove_each_row_once(mysql_site: Site) -> None:
    session_races.purge_at_once(mysql_site, "threads", WRITERS // 2)

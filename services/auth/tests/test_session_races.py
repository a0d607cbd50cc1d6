"""Sessions that are begun, continued and ended at the same moment, on SQLite."""

import pytest

from auth.use_cases import keys
from quartet.migrations import migrate
from services.auth.tests import session_races
from services.auth.tests.conftest import MakeSettings
from services.auth.tests.site import Site

CALLERS = 6


@pytest.fixture
def site(make_settings: MakeSettings) -> Site:
    made = Site(make_settings(max_sessions=3, hash_slots=64))
    migrate(made.settings.database, "auth")
    with made.opened() as auth:
        keys.ensure(auth)
    return made


def test_a_session_is_ended_once(site: Site) -> None:
    session_races.revoke_at_once(site, "threads", CALLERS)


def test_a_session_that_is_ended_while_it_is_refreshed_has_ended(site: Site) -> None:
    session_races.revoke_while_refreshing(site, "threads", CALLERS)


def test_of_two_sessions_that_end_each_other_one_stays(site: Site) -> None:
    session_races.revoke_each_other(site, "threads")


def test_logins_at_once_leave_as_many_sessions_as_may_be(site: Site) -> None:
    session_races.log_in_beyond_the_cap(site, "threads", CALLERS)


def test_purges_at_once_remove_each_row_once(site: Site) -> None:
    session_races.purge_at_once(site, "threads", CALLERS // 2)

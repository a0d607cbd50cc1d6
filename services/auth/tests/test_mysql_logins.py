"""Logins at once on MySQL: counters that one forgets while another counts are nobody's error."""

from dataclasses import replace

import pytest

from auth.callers import Caller
from auth.errors import InvalidCredentials
from auth.use_cases import accounts, logins
from quartet.testing.at_once import Meet, at_once
from services.auth.tests.api import PASSWORD
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

CALLERS = 12
ROUNDS = 5


def log_in(call: tuple[Site, str], meet: Meet) -> str:
    """Log in some times in a row; return `done`, or the name of the first error."""
    site, password = call
    with site.opened() as auth:
        meet()
        for _ in range(ROUNDS):
            try:
                logins.log_in(auth, Caller(address="198.51.100.7"), "ada", None, password)
            except InvalidCredentials:
                continue
            except Exception as error:
                return type(error).__name__
    return "done"


def test_logins_of_one_name_at_once_all_end_well(mysql_site: Site) -> None:
    site = replace(mysql_site, settings=mysql_site.settings.model_copy(update={"throttle_factor": 100.0}))
    with site.opened() as auth:
        accounts.create_admin(auth, Caller(), "ada", PASSWORD)
    assert at_once("threads", log_in, [(site, PASSWORD)] * CALLERS) == ["done"] * CALLERS

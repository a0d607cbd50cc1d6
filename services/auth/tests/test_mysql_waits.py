"""Use cases that meet on one row of MySQL: each ends as if the others had come before or after it."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth import create_app
from auth.callers import COMMAND_LINE, Caller
from auth.models import User
from auth.resources import Resources
from auth.use_cases import accounts, confirmations, keys, proofs, sessions, sign_ups
from auth.use_cases.proofs import Purpose
from auth.use_cases.reauthentication import AGAIN, by_password
from quartet.testing.at_once import Meet, at_once
from services.auth.tests.api import PASSWORD, bearer
from services.auth.tests.races import begun
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

CALLERS = 8


def all_at_once(site: Site, calls: list[Callable[[Resources], object]]) -> Counter[str]:
    """Make all calls at once; count what they return and the names of their errors."""

    def make(call: Callable[[Resources], object], meet: Meet) -> str:
        with site.opened() as auth:
            auth.database.check()
            meet()
            try:
                return str(call(auth))
            except Exception as error:
                return type(error).__name__

    return Counter(at_once("threads", make, calls))


def leaving(auth: Resources) -> Caller:
    """Return a user who may leave, for there is another admin."""
    accounts.create_admin(auth, COMMAND_LINE, "grace", PASSWORD)
    grant = begun(auth)
    return Caller(subject=grant.user.subject, session_id=grant.session_id)


def test_an_account_is_deleted_once(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        caller = leaving(auth)
    calls: list[Callable[[Resources], object]] = [
        lambda auth: accounts.delete_own(auth, caller, by_password(PASSWORD))
    ] * AGAIN.free
    assert all_at_once(mysql_site, calls) == {"None": 1, "UserNotFound": AGAIN.free - 1}


def test_every_logging_out_everywhere_counts(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        subject = begun(auth).user.subject
        calls: list[Callable[[Resources], object]] = [
            lambda auth: sessions.log_out_everywhere(auth, COMMAND_LINE, subject)
        ] * CALLERS
        assert all_at_once(mysql_site, calls) == {"None": CALLERS}
        assert accounts.find_by_subject(auth, subject).version == CALLERS


def test_of_sign_ups_for_one_address_one_is_confirmed(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        users = [
            sign_ups.sign_up(auth, COMMAND_LINE, f"user{number}", f"{number}@example.com", PASSWORD)
            for number in range(CALLERS)
        ]
        with auth.database.writing() as session:  # as sign-ups at once leave them
            session.execute(text("UPDATE users SET email_key = 'ada@example.com'"))
            links = [_link(auth, session, user) for user in users]
            session.commit()
        confirmed = all_at_once(mysql_site, [partial(_confirm, link=link) for link in links])
        assert confirmed == {"ada@example.com": 1, "ConfirmationNotFound": CALLERS - 1}
        with auth.database.reading() as session:
            assert len(session.scalars(select(User)).all()) == 1


def _link(auth: Resources, session: Session, user: User) -> str:
    return proofs.issue(auth, session, session.get_one(User, user.id), Purpose.CONFIRMATION).token


def _confirm(auth: Resources, link: str) -> object:
    return confirmations.confirm(auth, COMMAND_LINE, link).owned_email_key


def test_migrations_at_once_make_one_key_that_signs_and_one_that_waits(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        with auth.database.writing() as session:
            session.execute(text("DELETE FROM signing_keys"))
            session.commit()
        assert all_at_once(mysql_site, [keys.ensure] * CALLERS) == {"None": CALLERS}
        assert sorted(key.state for key in keys.listed(auth)) == ["active", "next"]


def test_the_first_admin_is_made_once(mysql_site: Site) -> None:
    calls: list[Callable[[Resources], object]] = [
        lambda auth: accounts.create_admin(auth, COMMAND_LINE, "admin", PASSWORD)
    ] * CALLERS
    assert all_at_once(mysql_site, calls) == {"True": 1, "False": CALLERS - 1}


def test_who_logs_in_while_the_account_goes_is_in_or_is_told_no(mysql_site: Site) -> None:
    with mysql_site.opened() as auth:
        caller = leaving(auth)
        user = accounts.find_by_subject(auth, caller.subject or "")
    calls: list[Callable[[Resources], object]] = [lambda auth: bool(sessions.begin(auth, COMMAND_LINE, user))] * CALLERS
    outcomes = all_at_once(mysql_site, [*calls, lambda auth: accounts.delete_own(auth, caller, by_password(PASSWORD))])
    assert set(outcomes) <= {"True", "InvalidCredentials", "None"}
    assert outcomes["None"] == 1


def test_a_lock_that_does_not_come_is_a_503_and_leaves_nothing_half_done(mysql_site: Site) -> None:
    client = create_app(mysql_site.settings).test_client()
    with mysql_site.opened() as auth:
        begun(auth)
        login = client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).get_json()
        headers = bearer(login["access_token"])
        with auth.database.writing() as session:
            session.execute(text("UPDATE feed_head SET last_id = last_id + 1"))
            refused = client.post("/api/auth/logout", headers=headers)
            assert (refused.status_code, refused.get_json()["code"]) == (503, "unavailable")
            assert "Retry-After" in refused.headers
        assert client.get("/api/auth/me", headers=headers).status_code == 200
        assert client.post("/api/auth/logout", headers=headers).status_code == 204
    client.application.extensions["auth"].database.engine.dispose()

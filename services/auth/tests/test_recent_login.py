"""What clients of older systems change without a password needs a login of the last minutes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from auth.callers import Caller
from auth.errors import LoginTooOld, UserNotFound
from auth.models import Session, User
from auth.resources import Resources
from auth.use_cases import accounts, profiles, refresh_tokens, sessions, users
from auth.use_cases.reauthentication import Reauthentication, by_recent_login
from auth.use_cases.refresh_tokens import Carrier
from auth.use_cases.sessions import Grant
from quartet.tokens import TokenRevoked
from services.auth.tests.people import admin_of, id_of, logged_in

RECENT = timedelta(seconds=900)
NEW = "an even better horse"


def age(auth: Resources, caller: Caller, by: timedelta) -> None:
    """Let the login of a caller lie further back; the session is used all the while."""
    with auth.database.writing() as session:
        began = datetime.now(UTC) - by
        session.execute(update(Session).where(Session.id == caller.session_id).values(created_at=began))
        session.commit()


def person(auth: Resources) -> Caller:
    """Return somebody who has just logged in; the platform keeps an admin without them."""
    admin_of(auth, "grace")
    return admin_of(auth, "ada")


def delete(auth: Resources, caller: Caller, prove: Reauthentication = by_recent_login) -> None:
    accounts.delete_own(auth, caller, prove)


def delete_by_id(auth: Resources, caller: Caller, prove: Reauthentication = by_recent_login) -> None:
    users.remove(auth, caller, id_of(auth, caller), prove)


def delete_another(auth: Resources, caller: Caller, prove: Reauthentication = by_recent_login) -> None:
    users.remove(auth, caller, id_of(auth, logged_in(auth, "grace")), prove)


def change_password(auth: Resources, caller: Caller, prove: Reauthentication = by_recent_login) -> None:
    profiles.change(auth, caller, None, None, prove, NEW)


def change_email(auth: Resources, caller: Caller, prove: Reauthentication = by_recent_login) -> None:
    profiles.change(auth, caller, None, "ada@new.example.com", prove)


Do = Callable[..., None]
CHANGES = pytest.mark.parametrize("change", [delete, delete_by_id, delete_another, change_password, change_email])


@CHANGES
def test_a_login_of_just_now_is_enough(auth: Resources, change: Do) -> None:
    caller = person(auth)
    age(auth, caller, RECENT - timedelta(minutes=1))
    change(auth, caller)


@CHANGES
def test_an_older_one_is_not(auth: Resources, change: Do) -> None:
    caller = person(auth)
    age(auth, caller, RECENT)
    with pytest.raises(LoginTooOld):
        change(auth, caller)
    assert accounts.find_by_subject(auth, caller.subject or "").new_email is None
    logged_in(auth, "ada")  # with the old password
    logged_in(auth, "grace")


@pytest.mark.parametrize("carrier", [Carrier.BODY, Carrier.FIXED])
def test_refreshing_makes_no_login_younger(auth: Resources, carrier: Carrier) -> None:
    caller = person(auth)
    age(auth, caller, RECENT)
    grant = Grant(accounts.find_by_subject(auth, caller.subject or ""), caller.session_id or "", 1, datetime.now(UTC))
    token = refresh_tokens.token_of(auth, grant, carrier)
    if carrier is Carrier.FIXED:
        refresh_tokens.refresh_fixed(auth, caller, token)
    else:
        refresh_tokens.refresh(auth, caller, token, carrier)
    with pytest.raises(LoginTooOld):
        delete(auth, caller)


def test_another_login_does_not_speak_for_this_one(auth: Resources) -> None:
    caller, admin = person(auth), logged_in(auth, "grace")
    age(auth, caller, RECENT)
    logged_in(auth, "ada")  # elsewhere
    with pytest.raises(LoginTooOld):
        delete(auth, caller)
    for each in (replace(caller, session_id=admin.session_id), replace(caller, session_id=None)):
        with pytest.raises(TokenRevoked):
            delete(auth, each)


def expire(auth: Resources, caller: Caller) -> None:
    with auth.database.writing() as session:
        session.execute(update(Session).where(Session.id == caller.session_id).values(expires_at=datetime.now(UTC)))
        session.commit()


def log_out(auth: Resources, caller: Caller) -> None:
    sessions.log_out(auth, caller, caller.session_id or "")


ENDS = pytest.mark.parametrize("end", [log_out, expire])


@ENDS
def test_a_login_whose_session_has_ended_proves_nothing(auth: Resources, end: Do) -> None:
    caller = person(auth)
    user = accounts.find_by_subject(auth, caller.subject or "")
    end(auth, caller)
    with pytest.raises(TokenRevoked):
        by_recent_login(auth, caller, user)


@ENDS
@CHANGES
def test_a_session_that_ends_after_the_proof_changes_nothing(auth: Resources, change: Do, end: Do) -> None:
    caller = person(auth)

    def prove(auth: Resources, caller: Caller, user: User) -> None:
        by_recent_login(auth, caller, user)
        end(auth, caller)

    with pytest.raises(TokenRevoked):
        change(auth, caller, prove)
    assert accounts.find_by_subject(auth, caller.subject or "").new_email is None
    logged_in(auth, "ada")  # with the old password
    logged_in(auth, "grace")


def test_how_recent_is_a_setting(auth: Resources) -> None:
    caller = person(auth)
    age(auth, caller, timedelta(minutes=2))
    strict = replace(auth, settings=auth.settings.model_copy(update={"recent_login": 60}))
    with pytest.raises(LoginTooOld):
        delete(strict, caller)
    delete(auth, caller)
    with pytest.raises(UserNotFound):
        accounts.find_by_subject(auth, caller.subject or "")

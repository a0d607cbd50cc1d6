"""Accounts and roles that are changed at once: one winner, the others are told so, nobody is left without an admin."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.models import FeedEvent, Throttle, User
from auth.passwords import Passwords
from auth.resources import Resources
from auth.use_cases import accounts, authority, keys, sessions, users
from auth.use_cases.logins import OF_NAME_AT_CLIENT
from quartet.migrations import migrate
from services.auth.tests.account_races import (
    Act,
    active_admins,
    change_all,
    change_email_unasked,
    delete,
    demote,
    disable,
    leave,
    leave_unasked,
    log_in,
    log_out_everywhere,
    outcomes,
    plain_user,
    rename,
    revoke,
    sign_up,
    tally,
)
from services.auth.tests.api import PASSWORD
from services.auth.tests.conftest import MakeSettings
from services.auth.tests.people import admin_of, id_of, logged_in
from services.auth.tests.site import Site

ROUNDS = 4
REFUSED = {"Forbidden", "TokenRevoked"}


@pytest.fixture(
    params=[
        "SQLite",
        pytest.param("REPEATABLE READ", marks=pytest.mark.containers),
        pytest.param("READ COMMITTED", marks=pytest.mark.containers),
    ]
)
def site(request: pytest.FixtureRequest, make_settings: MakeSettings) -> Site:
    """A migrated auth on SQLite, and on MySQL at both isolation levels."""
    if request.param == "SQLite":
        site = Site(make_settings(hash_slots=64))
    else:
        url = request.getfixturevalue("mysql_url")
        site = Site(make_settings(hash_slots=64, database_url=url), request.param)
    migrate(site.settings.database, "auth")
    with site.opened() as auth:
        keys.ensure(auth)
    return site


@pytest.fixture
def auth(site: Site) -> Iterator[Resources]:
    with site.opened() as auth:
        yield auth


def test_of_two_admins_who_demote_each_other_one_stays(site: Site, auth: Resources) -> None:
    first, second = admin_of(auth, "first"), admin_of(auth, "second")
    one, other = id_of(auth, first), id_of(auth, second)
    for wish in (demote, disable, delete):
        ended = outcomes(site, [wish(first, other), wish(second, one)])
        assert sorted(ended)[-1] == "done"
        assert set(ended) - {"done"} <= REFUSED
        assert len(set(ended)) == 2
        assert active_admins(auth) == 1
        winner, loser = (first, second) if ended[0] == "done" else (second, first)
        first, second = winner, admin_of(auth, f"after{other}")
        one, other = id_of(auth, first), id_of(auth, second)
        assert not any(user.subject == loser.subject and authority.is_active_admin(user) for user in everybody(auth))


def test_admins_who_all_leave_at_once_leave_one(site: Site, auth: Resources) -> None:
    admins = [admin_of(auth, f"admin{number}") for number in range(4)]
    wishes: list[Act] = [leave(each) for each in admins[:2]]
    wishes += [demote(each, id_of(auth, each)) for each in admins[2:]]
    assert tally(site, wishes) == {"done": 3, "LastAdmin": 1}
    assert active_admins(auth) == 1


def test_a_user_is_deleted_once_and_the_others_learn_it(site: Site, auth: Resources) -> None:
    admins = [admin_of(auth, f"admin{number}") for number in range(4)]
    ada = plain_user(auth, "ada")
    user_id = id_of(auth, ada)
    wishes = [*(delete(each, user_id) for each in admins), leave(ada)]
    assert tally(site, wishes) == {"done": 1, "UserNotFound": 4}
    assert [kind for kind, _ in events(auth)] == ["user.deleted"]


def test_role_changes_at_once_all_count_and_the_last_one_is_whole(site: Site, auth: Resources) -> None:
    root, ada = admin_of(auth), plain_user(auth, "ada")
    user_id = id_of(auth, ada)

    def give(role: str) -> Act:
        return lambda auth: users.change(auth, root, user_id, roles=["user", role])

    assert tally(site, [give(f"role{number}") for number in range(6)]) == {"done": 6}
    (after,) = (user for user in everybody(auth) if user.id == user_id)
    assert len(after.roles.split()) == 2
    assert after.version == 6
    assert [value for kind, value in events(auth) if kind == "user.revoked"] == list("123456")


def test_a_name_that_many_want_at_once_goes_to_one(site: Site, auth: Resources) -> None:
    people = [plain_user(auth, f"user{number}") for number in range(5)]
    wishes = [
        *(rename(each, "Wanted") for each in people),
        sign_up("WANTED", "one@example.com"),
        sign_up("wanted", "two@example.com"),
    ]
    assert tally(site, wishes) == {"done": 1, "UsernameTaken": 6}
    assert sum(user.username_key == "wanted" for user in everybody(auth)) == 1
    assert [value for kind, value in events(auth) if kind == "user.renamed"] in ([], ["Wanted"])


def test_users_who_swap_names_at_once_are_refused_and_do_not_deadlock(site: Site, auth: Resources) -> None:
    ada, bob = plain_user(auth, "ada"), plain_user(auth, "bob")
    assert tally(site, [rename(ada, "bob"), rename(bob, "ada")]) == {"UsernameTaken": 2}


def test_who_is_deleted_while_changing_the_name_is_changed_or_gone(site: Site, auth: Resources) -> None:
    root = admin_of(auth)
    for number in range(ROUNDS):
        ada = plain_user(auth, f"ada{number}")
        ended = outcomes(site, [rename(ada, f"eve{number}"), delete(root, id_of(auth, ada))])
        assert ended[1] == "done"
        assert ended[0] in ("done", "UserNotFound")
        assert events(auth)[-1][0] == "user.deleted"


def test_what_an_admin_does_while_demoted_came_before_or_is_refused(site: Site, auth: Resources) -> None:
    root = admin_of(auth)
    for number in range(ROUNDS):
        demoted, ada = admin_of(auth, f"demoted{number}"), plain_user(auth, f"ada{number}")
        ended = outcomes(site, [demote(root, id_of(auth, demoted)), revoke(demoted, id_of(auth, ada))])
        assert ended[0] == "done"
        assert ended[1] in {"done", *REFUSED}
        revoked = [subject for kind, subject in subjects(auth) if kind == "user.revoked"]
        if ended[1] == "done":
            assert revoked.index(str(ada.subject)) < revoked.index(str(demoted.subject))
        else:
            assert ada.subject not in revoked


def test_between_the_check_of_the_role_and_the_write_nobody_takes_the_role_away(
    auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demotion is asked for just after the check; it takes place after the write."""
    root, demoted, ada = admin_of(auth), admin_of(auth, "demoted"), plain_user(auth, "ada")
    checked, pool = Event(), ThreadPoolExecutor(2)
    check = authority.require_held_admin

    def check_and_tell(session: Session, caller: Caller, held: Mapping[int, User]) -> None:
        check(session, caller, held)
        if caller is demoted:
            checked.set()
            still = repository.users.hold(session, str(demoted.subject))
            assert still is not None
            assert authority.is_active_admin(still)

    monkeypatch.setattr(authority, "require_held_admin", check_and_tell)
    user_id, demoted_id = id_of(auth, ada), id_of(auth, demoted)
    with pool:
        writing = pool.submit(users.revoke, auth, demoted, user_id)
        assert checked.wait(30)
        pool.submit(users.change, auth, root, demoted_id, roles=["user"]).result()
        writing.result()
    assert [subject for _, subject in subjects(auth)] == [ada.subject, demoted.subject]


def test_who_is_logged_out_everywhere_while_leaving_is_gone_before_or_stays(site: Site, auth: Resources) -> None:
    for number in range(ROUNDS):
        ada = plain_user(auth, f"ada{number}")
        ended = outcomes(site, [leave_unasked(ada), log_out_everywhere(ada)])
        assert ended[1] == "done"
        kinds = [kind for kind, subject in subjects(auth) if subject == ada.subject]
        assert (ended[0], kinds) in [("done", ["user.deleted"]), ("TokenRevoked", ["user.revoked"])]


def test_who_is_logged_out_everywhere_while_changing_the_email_changed_it_before_or_not(
    site: Site, auth: Resources
) -> None:
    for number in range(ROUNDS):
        ada = plain_user(auth, f"ada{number}")
        ended = outcomes(site, [change_email_unasked(ada, f"{number}@example.com"), log_out_everywhere(ada)])
        assert ended[1] == "done"
        assert ended[0] in ("done", "TokenRevoked")
        waits = accounts.find_by_subject(auth, ada.subject or "").new_email is not None
        assert waits == (ended[0] == "done")


@pytest.mark.containers
def test_without_the_locks_two_admins_demote_each_other(
    mysql_url: str, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(make_settings(hash_slots=64, database_url=mysql_url))
    migrate(site.settings.database, "auth")
    all_have_looked = Barrier(2)

    def hold_nothing(session: Session, *user_ids: int) -> dict[int, User]:
        ids = {*repository.users.with_role(session, "admin"), *user_ids}
        found = {user_id: session.get_one(User, user_id) for user_id in ids}
        all_have_looked.wait(30)
        return found

    def find(session: Session, session_id: str) -> Any:
        return repository.sessions.find(session, session_id)

    with site.opened() as auth:
        keys.ensure(auth)
        first, second = admin_of(auth, "first"), admin_of(auth, "second")
        one, other = id_of(auth, first), id_of(auth, second)
        monkeypatch.setattr(authority, "hold_admins", hold_nothing)
        monkeypatch.setattr(repository.sessions, "hold", find)
        monkeypatch.setattr(sessions, "end_all", lambda *_: None)
        assert tally(site, [demote(first, other), demote(second, one)]) == {"done": 2}
        assert active_admins(auth) == 0


def everybody(auth: Resources) -> list[User]:
    with auth.database.reading() as session:
        return list(session.scalars(select(User)))


def events(auth: Resources) -> list[tuple[str, str | None]]:
    with auth.database.reading() as session:
        return [(event.type, event.value) for event in session.scalars(select(FeedEvent).order_by(FeedEvent.id))]


def subjects(auth: Resources) -> list[tuple[str, str]]:
    with auth.database.reading() as session:
        return [(event.type, event.subject) for event in session.scalars(select(FeedEvent).order_by(FeedEvent.id))]


def test_of_those_who_change_name_and_password_at_once_one_has_both(site: Site, auth: Resources) -> None:
    plain_user(auth, "ada")
    wishes = {f"ada{number}": f"a better horse {number}" for number in range(3)}
    callers = [logged_in(auth, "ada") for _ in wishes]
    ended = outcomes(site, [change_all(caller, *wish) for caller, wish in zip(callers, wishes.items(), strict=True)])
    assert ended.count("done") == 1
    assert {*ended} <= {"done", "WrongPassword", "TokenRevoked"}
    winner = accounts.find_by_subject(auth, callers[0].subject or "")
    assert winner.username == [*wishes][ended.index("done")]
    with auth.passwords.slot() as slot:
        assert slot.matches(wishes[winner.username], winner.password_hash)
    assert [each.id for each in sessions.listed(auth, winner.subject)] == [callers[ended.index("done")].session_id]


OLD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def give_old_hash(auth: Resources, username: str) -> None:
    with auth.database.writing() as session:
        session.execute(update(User).where(User.username == username).values(password_hash=OLD_HASH))
        session.commit()


def test_logins_at_once_make_an_outdated_hash_anew_and_all_are_in(
    site: Site, auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = plain_user(auth, "ada")
    give_old_hash(auth, "ada")
    all_have_checked = Barrier(OF_NAME_AT_CLIENT.free)

    def is_outdated(passwords: Passwords, password_hash: str) -> bool:
        all_have_checked.wait(30)
        return real(passwords, password_hash)

    real = Passwords.is_outdated
    monkeypatch.setattr(Passwords, "is_outdated", is_outdated)
    assert tally(site, [log_in("ada")] * OF_NAME_AT_CLIENT.free) == {"done": OF_NAME_AT_CLIENT.free}
    user = accounts.find_by_subject(auth, ada.subject or "")
    assert not real(auth.passwords, user.password_hash)
    with auth.database.reading() as session:
        assert session.scalars(select(Throttle.count)).all() == [], "no try is left counted"

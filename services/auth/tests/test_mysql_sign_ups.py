"""Sign-ups at once on MySQL: a name, and an address, belong to one account, and the others are told so."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import COMMAND_LINE
from auth.models import OutboxMail, User
from auth.use_cases import confirmations, mail, outbox
from quartet.testing.at_once import RUNNERS, Meet, Runners, at_once
from services.auth.tests.api import Letters
from services.auth.tests.races import Call, signed_up
from services.auth.tests.site import Site
from services.auth.tests.test_confirmations import token_in
from services.auth.tests.test_mail import make_due

pytestmark = pytest.mark.containers

CALLERS = 20
LOSERS = CALLERS - 1


def without_confirmation(site: Site) -> Site:
    return replace(site, settings=site.settings.model_copy(update={"email_confirmation": "optional"}))


def one_name(site: Site) -> list[Call]:
    return [Call(site, ("ada", "Ada", "ADA")[number % 3], f"{number}@example.com") for number in range(CALLERS)]


def one_address(site: Site) -> list[Call]:
    return [
        Call(site, f"user{number}", ("ada@example.com", "Ada@example.com")[number % 2]) for number in range(CALLERS)
    ]


def users(site: Site) -> int:
    with site.opened() as auth, auth.database.reading() as session:
        return session.scalars(select(func.count()).select_from(User)).one()


@pytest.mark.parametrize("runners", RUNNERS)
def test_of_sign_ups_at_once_with_one_name_exactly_one_is_made(mysql_site: Site, runners: Runners) -> None:
    assert Counter(signed_up(runners, one_name(mysql_site))) == {"made": 1, "UsernameTaken": LOSERS}
    assert users(mysql_site) == 1


@pytest.mark.parametrize("runners", RUNNERS)
def test_of_accounts_made_at_once_with_one_address_exactly_one_is_made(mysql_site: Site, runners: Runners) -> None:
    site = without_confirmation(mysql_site)
    assert Counter(signed_up(runners, one_address(site))) == {"made": 1, "EmailTaken": LOSERS}
    assert users(site) == 1


@pytest.mark.parametrize("runners", RUNNERS)
def test_sign_ups_at_once_for_one_address_are_all_answered_alike_and_one_is_confirmed(
    mysql_site: Site, runners: Runners
) -> None:
    assert Counter(signed_up(runners, one_address(mysql_site))) == {"made": CALLERS}
    with mysql_site.opened() as auth:
        make_due(auth)
        letters = Letters()
        while outbox.send_due(auth, letters):
            pass
        assert letters.taken
        tokens = [token_in(letter) for letter in letters.taken]
        assert Counter(at_once("threads", _confirm, [Call(mysql_site, token) for token in tokens]))["confirmed"] == 1
        with auth.database.reading() as session:
            assert session.scalars(select(User.owned_email_key)).one() == "ada@example.com"


def _confirm(call: Call, meet: Meet) -> str:
    with call.site.opened(meet) as auth:
        try:
            confirmations.confirm(auth, COMMAND_LINE, call.subject)
        except Exception as error:
            return type(error).__name__
    return "confirmed"


@pytest.mark.parametrize("runners", RUNNERS)
def test_mails_asked_for_at_once_are_one_mail(mysql_site: Site, runners: Runners) -> None:
    asked = at_once(runners, _ask, [Call(mysql_site, "ada@example.com")] * CALLERS)
    assert asked == ["asked"] * CALLERS
    with mysql_site.opened() as auth, auth.database.reading() as session:
        assert session.scalars(select(func.count()).select_from(OutboxMail)).one() == 1


def _ask(call: Call, meet: Meet) -> str:
    with call.site.opened(meet) as auth:
        mail.ask(auth, "resend", call.subject)
    return "asked"


@pytest.fixture
def _all_look_before_one_inserts(monkeypatch: pytest.MonkeyPatch) -> None:
    all_have_looked = threading.Barrier(CALLERS)
    add = repository.users.add

    def add_late(session: Session, user: User) -> None:
        all_have_looked.wait(30)
        add(session, user)

    monkeypatch.setattr(repository.users, "add", add_late)


@pytest.mark.usefixtures("_all_look_before_one_inserts")
def test_that_all_find_the_name_free_makes_no_difference(mysql_site: Site) -> None:
    assert Counter(signed_up("threads", one_name(mysql_site))) == {"made": 1, "UsernameTaken": LOSERS}


@pytest.mark.usefixtures("_all_look_before_one_inserts")
def test_without_the_unique_index_a_name_would_be_given_out_again_and_again(mysql_site: Site) -> None:
    drop(mysql_site, "uq_users_username_key")
    assert Counter(signed_up("threads", one_name(mysql_site))) == {"made": CALLERS}


@pytest.mark.usefixtures("_all_look_before_one_inserts")
def test_without_the_unique_index_an_address_would_be_given_out_again_and_again(mysql_site: Site) -> None:
    drop(mysql_site, "uq_users_owned_email_key")
    assert Counter(signed_up("threads", one_address(without_confirmation(mysql_site)))) == {"made": CALLERS}


def drop(site: Site, index: str) -> None:
    with site.opened() as auth, auth.database.writing() as session:
        session.execute(text(f"DROP INDEX {index} ON users"))

"""Races over one auth, on whatever database it has; each caller has connections of its own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import COMMAND_LINE
from auth.models import Session as LoginSession
from auth.models import User
from auth.resources import Resources
from auth.use_cases import accounts, feed, logins, refresh_tokens, sessions, sign_ups
from auth.use_cases.refresh_tokens import Carrier
from quartet.testing.at_once import Meet, Runners, at_once
from services.auth.tests.api import PASSWORD
from services.auth.tests.site import Site

EVENTS_EACH = 20


@dataclass(frozen=True)
class Call:
    """One caller's part in a race."""

    site: Site
    subject: str
    email: str | None = None


def append(auth: Resources, subject: str) -> None:
    with auth.database.writing() as session:
        repository.feed.append(session, "session.revoked", subject, ttl=60)
        session.commit()


def followed(site: Site, runners: Runners, writers: int) -> list[tuple[int, str]]:
    """Let `writers` append EVENTS_EACH events each; return ids and subjects as a reader meets them meanwhile."""
    seen: list[tuple[int, str]] = []
    calls = [Call(site, str(writer)) for writer in range(writers)]
    with site.opened() as auth, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(at_once, runners, _write, calls)
        cursor, last_look = feed.START, False
        while not last_look:
            last_look = writing.done()
            page = feed.read(auth, cursor, 1000)
            assert not page.reset
            seen += [(event.id, event.subject) for event in page.items]
            cursor = page.next
        writing.result()
    return seen


def begun(auth: Resources) -> sessions.Grant[User]:
    """Return a new session of a new user."""
    accounts.create_admin(auth, COMMAND_LINE, "ada", PASSWORD)
    return logins.log_in(auth, COMMAND_LINE, "ada", None, PASSWORD)


def token_of(auth: Resources, grant: sessions.Grant[sessions.Who]) -> str:
    return refresh_tokens.token_of(auth, grant, Carrier.BODY)


def refresh(auth: Resources, token: str) -> str:
    """Return the successor of a refresh token."""
    return token_of(auth, refresh_tokens.refresh(auth, COMMAND_LINE, token, Carrier.BODY))


def advance_whatever_the_generation(
    session: Session, session_id: str, _generation: int, now: datetime, expires_at: datetime, _address: str
) -> bool:
    """What `repository.sessions.advance` would be without its compare-and-set."""
    values = {"generation": LoginSession.generation + 1, "rotated_at": now, "expires_at": expires_at}
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(values))
    return True


def refreshed(site: Site, runners: Runners, token: str, callers: int) -> list[str]:
    """Let all callers refresh one token, on MySQL each having read it before anyone writes; return what they get."""
    return at_once(runners, _refresh, [Call(site, token)] * callers)


def signed_up(runners: Runners, calls: list[Call]) -> list[str]:
    """Let all callers sign up; return for each `made` or the name of the error."""
    return at_once(runners, _sign_up, calls)


def _write(call: Call, meet: Meet) -> None:
    with call.site.opened(meet) as auth:
        for number in range(EVENTS_EACH):
            append(auth, f"{call.subject}-{number}")


def _refresh(call: Call, meet: Meet) -> str:
    with call.site.opened(meet, midway=call.site.is_mysql) as auth:
        try:
            return refresh(auth, call.subject)
        except Exception as error:
            return type(error).__name__


def _sign_up(call: Call, meet: Meet) -> str:
    with call.site.opened(meet) as auth:
        try:
            sign_ups.sign_up(auth, COMMAND_LINE, call.subject, call.email, PASSWORD)
        except Exception as error:
            return type(error).__name__
    return "made"

"""Races over the sessions of one user, on whatever database it has; each caller has connections of its own."""

from collections import Counter
from dataclasses import dataclass, replace

from auth.callers import Caller
from auth.errors import RefreshTokenInvalid
from auth.models import User
from auth.resources import Resources
from auth.use_cases import accounts, feed, purge, refresh_tokens, sessions
from auth.use_cases.refresh_tokens import Carrier
from quartet.testing.at_once import Meet, Runners, at_once
from services.auth.tests.leftovers import NEEDLESS, fill
from services.auth.tests.races import begun, refresh, token_of
from services.auth.tests.site import Site


@dataclass(frozen=True)
class Call:
    """One caller's part: what to do, as whom, to which session."""

    site: Site
    verb: str
    caller: Caller
    session_id: str = ""
    token: str = ""


def revoke_at_once(site: Site, runners: Runners, callers: int) -> None:
    """Of callers who end one session, exactly one has ended it, and it is told once."""
    with site.opened() as auth:
        present, other = _two_sessions(auth)
        call = Call(site, "revoke", _as(present), other.session_id)
        assert _outcomes(runners, [call] * callers) == {"done": 1, "SessionNotFound": callers - 1}
        assert _revoked(auth) == [other.session_id]


def revoke_while_refreshing(site: Site, runners: Runners, callers: int) -> None:
    """Whoever is first, the session ends for good."""
    with site.opened() as auth:
        present, other = _two_sessions(auth)
        token = token_of(auth, other)
        revoking = Call(site, "revoke", _as(present), other.session_id)
        outcomes = _outcomes(runners, [revoking, *[Call(site, "refresh", Caller(), token=token)] * callers])
        assert outcomes["done"] == 1
        assert outcomes["refreshed"] + outcomes["RefreshTokenInvalid"] == callers
        assert _revoked(auth) == [other.session_id]
        assert not sessions.is_live(auth, other.session_id, other.user.subject, other.user.version)
        for generation in (1, 2):
            assert _fails(auth, token_of(auth, replace(other, generation=generation)))


def revoke_each_other(site: Site, runners: Runners) -> None:
    """Of two sessions that end each other, one stays."""
    with site.opened() as auth:
        one, two = _two_sessions(auth)
        calls = [Call(site, "revoke", _as(one), two.session_id), Call(site, "log out elsewhere", _as(two))]
        assert _outcomes(runners, calls) == {"done": 1, "TokenRevoked": 1}
        (ended,) = _revoked(auth)
        (kept,) = sessions.listed(auth, one.user.subject)
        assert {ended, kept.id} == {one.session_id, two.session_id}


def log_in_beyond_the_cap(site: Site, runners: Runners, callers: int) -> None:
    """However many log in at once, as many sessions stay as may; each other one is ended, and told, once."""
    cap = site.settings.max_sessions
    with site.opened() as auth:
        first = begun(auth)
        calls = [Call(site, "begin", _as(first))] * callers
        assert _outcomes(runners, calls) == {"done": callers}
        assert len(sessions.listed(auth, first.user.subject)) == cap
        ended = _revoked(auth)
        assert len(ended) == len(set(ended)) == callers + 1 - cap
        assert first.session_id in ended


def purge_at_once(site: Site, runners: Runners, callers: int) -> None:
    """Several purges, beside refreshes, remove each row once."""
    with site.opened() as auth:
        token = token_of(auth, begun(auth))
        purge.purge(auth)  # what the login has left
        fill(auth)
        calls = [Call(site, "purge", Caller())] * callers + [Call(site, "refresh", Caller(), token=token)] * callers
        outcomes = at_once(runners, _outcome, calls)
        removed = Counter[str]()
        for outcome in outcomes[:callers]:
            removed.update(_counts(outcome))
        assert removed == NEEDLESS
        assert set(outcomes[callers:]) == {"refreshed"}


def _two_sessions(auth: Resources) -> tuple[sessions.Grant[User], sessions.Grant[User]]:
    one = begun(auth)
    user = accounts.find_by_subject(auth, one.user.subject)
    return one, sessions.begin(auth, Caller(), user)


def _as(grant: sessions.Grant[User]) -> Caller:
    return Caller(subject=grant.user.subject, session_id=grant.session_id)


def _revoked(auth: Resources) -> list[str]:
    return [event.subject for event in feed.read(auth, feed.START, 1000).items if event.type == "session.revoked"]


def _fails(auth: Resources, token: str) -> bool:
    try:
        refresh(auth, token)
    except RefreshTokenInvalid:
        return True
    return False


def _outcomes(runners: Runners, calls: list[Call]) -> Counter[str]:
    return Counter(at_once(runners, _outcome, calls))


def _outcome(call: Call, meet: Meet) -> str:
    with call.site.opened() as auth:
        user = accounts.find_by_subject(auth, call.caller.subject) if call.caller.subject else None
    with call.site.opened(meet) as auth:
        try:
            match call.verb:
                case "revoke":
                    sessions.revoke(auth, call.caller, call.session_id)
                case "log out elsewhere":
                    sessions.log_out_elsewhere(auth, call.caller)
                case "begin":
                    assert user
                    sessions.begin(auth, call.caller, user)
                case "refresh":
                    refresh_tokens.refresh(auth, call.caller, call.token, Carrier.BODY)
                    return "refreshed"
                case "purge":
                    return ",".join(f"{kind}:{count}" for kind, count in purge.purge(auth).items())
        except Exception as error:
            return type(error).__name__
    return "done"


def _counts(outcome: str) -> dict[str, int]:
    """Read what a purge has removed: `kind:count,kind:count`."""
    pairs = (each.split(":") for each in outcome.split(",") if each)
    return {kind: int(count) for kind, count in pairs}

"""What auth counts: each thing once, when it is committed, by what became of it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import update

from auth import repository, upkeep
from auth.errors import Busy
from auth.mailer import tell_of_backlog
from auth.models import OutboxMail, Session, SigningKey
from auth.passwords import Passwords
from auth.resources import Resources
from auth.use_cases import outbox
from quartet.testing.growth import Growth
from services.auth.tests.api import Api
from services.auth.tests.test_mail import Broken, make_due


def gauge(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_logins_and_sign_ups_are_counted_by_outcome(api: Api) -> None:
    logins, sign_ups = Growth("auth_logins_total"), Growth("auth_sign_ups_total")
    api.sign_up("ada")
    api.log_in("ada")
    api.confirm(api.confirmation_token())
    api.log_in("ada")
    api.log_in("ada", "not the password")
    api.sign_up("ada", "another@example.com")
    api.sign_up("eve", password="eve@example.com")
    assert logins.by_label() == {"ok": 1, "email_not_confirmed": 1, "invalid_credentials": 1}
    assert sign_ups.by_label() == {"ok": 1, "username_taken": 1, "invalid_input": 1}


def test_refreshes_tell_repeats_from_replays(api: Api) -> None:
    first = api.user()["refresh_token"]
    refreshes = Growth("auth_refreshes_total")
    api.refresh(first)
    api.refresh(first)
    with api.resources.database.writing() as session:
        session.execute(update(Session).values(rotated_at=datetime.now(UTC) - timedelta(hours=1)))
        session.commit()
    api.refresh(first)
    api.refresh(first)
    assert refreshes.by_label() == {"ok": 1, "repeated": 1, "reuse_detected": 1, "refresh_token_invalid": 1}


def test_hashing_tells_how_many_slots_there_are_and_are_taken() -> None:
    refused, hashed = Growth("auth_hash_slots_refused_total"), Growth("auth_hash_duration_seconds_count")
    passwords = Passwords(1)
    with passwords.slot() as slot:
        assert (gauge("auth_hash_slots"), gauge("auth_hash_slots_in_use")) == (1, 1)
        slot.matches("a password", slot.hash("a password"))
        with pytest.raises(Busy):
            passwords.hash("another")
    assert (gauge("auth_hash_slots_in_use"), refused.total(), hashed.total()) == (0, 1, 2)


def test_events_of_the_feed_are_counted_when_they_are_committed(auth: Resources) -> None:
    appended = Growth("auth_feed_events_total")
    with auth.database.writing() as session:
        repository.feed.append(session, "user.deleted", "ada")
    with auth.database.writing() as session:
        repository.feed.append_all(session, "session.revoked", [("one", None), ("two", None)], 60)
        assert appended.by_label() == {}
        session.commit()
    assert appended.by_label() == {"session.revoked": 2}


def test_mails_are_counted_by_what_became_of_them(api: Api) -> None:
    mails = Growth("auth_mails_total")
    api.sign_up("ada")
    api.client.post("/api/auth/password/forgot", json={"email": "nobody@example.com"})
    for _ in range(2):
        outbox.send_due(api.resources, Broken())
    assert mails.by_label() == {"retried": 1, "dropped": 1}
    with api.resources.database.writing() as session:
        session.execute(update(OutboxMail).values(attempts=outbox.MOST_ATTEMPTS - 1))
        session.commit()
    make_due(api.resources)
    outbox.send_due(api.resources, Broken())
    outbox.retry(api.resources, None)
    api.mails()
    assert mails.by_label() == {"retried": 1, "dropped": 1, "given_up": 1, "sent": 1}


def test_the_mailer_tells_what_waits_and_since_when(api: Api) -> None:
    tell_of_backlog(api.resources)
    assert gauge("auth_outbox_mails", state="waiting") == gauge("auth_outbox_oldest_seconds") == 0
    for name in ("ada", "bob", "eve"):
        api.sign_up(name)
    with api.resources.database.writing() as session:
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        session.execute(update(OutboxMail).where(OutboxMail.id == 1).values(given_up_at=hour_ago, created_at=hour_ago))
        session.execute(update(OutboxMail).where(OutboxMail.id == 2).values(created_at=hour_ago))
        session.commit()
    tell_of_backlog(api.resources)
    assert gauge("auth_outbox_mails", state="waiting") == 2
    assert gauge("auth_outbox_mails", state="failed") == 1
    assert 3600 <= gauge("auth_outbox_oldest_seconds") < 7200


def test_upkeep_tells_of_the_keys_and_of_the_age_of_the_one_that_signs(auth: Resources) -> None:
    with auth.database.writing() as session:
        begun = datetime.fromtimestamp(time.time() - 3600, UTC)
        session.execute(update(SigningKey).where(SigningKey.state == "active").values(active_since=begun))
        session.commit()
    upkeep.keep_up(auth)
    assert {state: gauge("auth_signing_keys", state=state) for state in ("next", "active", "retiring")} == {
        "next": 1,
        "active": 1,
        "retiring": 0,
    }
    assert 3600 <= gauge("auth_signing_key_age_seconds") < 7200

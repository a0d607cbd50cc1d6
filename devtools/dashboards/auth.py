"""Logins, password hashing, the feed, mails and signing keys."""

from devtools.dashboards import services
from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, quantile, rate

ACCOUNTS = [
    Panel(
        "Logins", "By outcome. Many invalid_credentials from few logins that are `ok`: passwords are being tried.",
        "ops", [(or_none(rate("auth_logins_total", "outcome"), "outcome"), "{{outcome}}")],
    ),
    Panel(
        "Refreshes", "`repeated`: a lost answer or two tabs, harmless. `reuse_detected`: an old refresh token was "
        "presented, and its session ended.", "ops",
        [(or_none(rate("auth_refreshes_total", "outcome"), "outcome"), "{{outcome}}")],
    ),
    Panel(
        "Sign-ups", "By outcome.", "ops",
        [(or_none(rate("auth_sign_ups_total", "outcome"), "outcome"), "{{outcome}}")],
    ),
]  # fmt: skip

HASHING = [
    Panel(
        "Hash slots in use", "Passwords being hashed, as a share of the slots. At 1 logins are answered 503: by "
        "design, so that the rest of auth goes on.", "percentunit",
        [("sum(auth_hash_slots_in_use) / sum(auth_hash_slots)", "in use")], Limits(0.7, 0.9), maximum=1,
    ),
    Panel(
        "Logins refused for want of a slot", "Each was answered 503 with Retry-After.", "ops",
        [(or_none(rate("auth_hash_slots_refused_total")), "refused")], Limits(bad=0.1, alert="HashSlotsRefused"),
    ),
    Panel(
        "Time of one hash", "Rises where the processors are shared.", "s",
        [(quantile(0.5, "auth_hash_duration_seconds"), "p50"), (quantile(0.99, "auth_hash_duration_seconds"), "p99")],
    ),
]  # fmt: skip

FEED_AND_KEYS = [
    Panel(
        "Events appended to the feed", "Sessions and users revoked, deleted, renamed; the gateway and catalog read "
        "them. `all.revoked`: a fence or a leaked key.", "eps",
        [(or_none(rate("auth_feed_events_total", "type"), "type"), "{{type}}")],
    ),
    Panel(
        "Signing keys", "One is active; a next one must be published before it can take over.", "short",
        [("max by (state) (auth_signing_keys)", "{{state}}")],
    ),
    Panel(
        "Age of the active key", "It hands over to the next after KEY_MAX_AGE (30 days).", "s",
        [("max(auth_signing_key_age_seconds)", "age")],
    ),
]  # fmt: skip

MAILS = [
    Panel(
        "Oldest mail that waits", "Mails wait while SES is away, and none is lost; people wait for their links.", "s",
        [("max(auth_outbox_oldest_seconds)", "oldest")], Limits(300, 1800, alert="MailsWait"),
    ),
    Panel(
        "Mails in the outbox", "`failed` ones will not be tried again.", "short",
        [("max by (state) (auth_outbox_mails)", "{{state}}")],
    ),
    Panel(
        "Mails", "By what became of them.", "ops",
        [(or_none(rate("auth_mails_total", "outcome"), "outcome"), "{{outcome}}")],
    ),
]  # fmt: skip

UPKEEP = [
    *services.workers("auth-mailer|auth-upkeep"),
    Panel(
        "Rows removed", "What has ended long ago, by kind, since upkeep began.", "short",
        [(or_none("sum by (kind) (auth_purged_rows_total)", "kind"), "{{kind}}")],
    ),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-auth", "Quartet: auth", "Accounts, tokens and mails: the service and its workers.",
    [
        services.requests("auth"), services.process("auth"), ("Accounts", ACCOUNTS), ("Password hashing", HASHING),
        ("Feed and keys", FEED_AND_KEYS), ("Mails", MAILS), services.database("auth|auth-mailer|auth-upkeep"),
        ("Workers", UPKEEP),
    ],
)  # fmt: skip

"""What the repositories' functions are given, by the names of their parameters, or for one function alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from auth import models as auth_models
from auth.repository import leftovers
from auth.searches import AuditSearch, NewestUsers, UserSearch
from catalog import models as catalog_models
from catalog.repository.exports import Selection
from catalog.searches import ByName, ProductSearch
from quartet.paging import NewestFirst

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Values = dict[str, list[Any]]
"""What to give a parameter, by its name: more than one value for a function that is called once for each."""

COMMON: Values = {
    "now": [NOW], "expires_at": [NOW], "due_at": [NOW], "until": [NOW], "created_at": [NOW],
    "lease": [timedelta(60)], "limit": [10], "ttl": [60], "subject": ["s"], "user_id": [1], "roles": ["user"],
}  # fmt: skip
AUTH: Values = {
    **COMMON,
    "session_ids": [["a", "b"]], "user_ids": [[1, 2]], "ids": [[1, 2]], "kept": [1], "mail_ids": [None, [1]],
    "email_keys": [["a", "b"]], "username_keys": [["a", "b"]], "addresses": [["a@example.com"]],
    "rows": [[("kind", "key")]], "pairs": [[(1, "confirm")]], "told": [[("s", None)]], "dead": [False, True],
    "mails": [[auth_models.OutboxMail(id=1)]], "keys": [[(1,)]], "before": [NOW], "kind": ["session.revoked"],
    "mail": [auth_models.OutboxMail(template="t", recipient="r", sealed_values="", created_at=NOW, due_at=NOW)],
    "key": ["key", auth_models.SigningKey(kid="k", state="next", public_jwk="", sealed_private="", created_at=NOW)],
    "entry": [auth_models.AuditEntry(created_at=NOW, action="a", details="{}")],
    "login": [
        auth_models.Session(id="s", user_id=1, generation=1, created_at=NOW, rotated_at=NOW, expires_at=NOW),
    ],
    "leftovers": [leftovers.ended_sessions(NOW), leftovers.sent_mails(NOW), leftovers.old_audit_entries(NOW)],
}  # fmt: skip
CATALOG: Values = {
    **COMMON,
    "key": [("s", "k")], "keys": [[("s", "k")]], "ids": [[1, 2]], "headers": [{}], "body": [b""], "status": [201],
    "offers": [[{"name": "n", "description": "d", "price": 1, "currency": "USD"}]],
    "product": [catalog_models.Product(id=1, version=1, owner_id="s", name="n", description="d")],
}  # fmt: skip


def user() -> auth_models.User:
    return auth_models.User(
        subject="s",
        username="n",
        username_key="n",
        password_hash="h",
        roles="user",
        version=0,
        created_at=NOW,
    )


def new_product() -> catalog_models.Product:
    return catalog_models.Product(
        owner_id="s", name="n", description="d", price=1, currency="USD", version=1, created_at=NOW, updated_at=NOW
    )


SPECIAL: dict[str, list[dict[str, Any]]] = {
    "auth.users.search": [
        {"wanted": UserSearch(q="a", role="admin", disabled=True, confirmed=True), "after": NewestUsers(id=1)},
        {"wanted": UserSearch(sort="username"), "after": None},
    ],
    "auth.audit.newest": [
        {"wanted": AuditSearch(), "after": NewestFirst.after(NOW, 1)},
        {"wanted": AuditSearch(actor="s", target="t", action="a", since=NOW, until=NOW), "after": None},
    ],
    "auth.audit.oldest": [{"wanted": AuditSearch(), "after": NewestFirst.after(NOW, 1)}],
    "auth.leftovers.expired_events": [{"before": 1}],
    "auth.leftovers.superseded_names": [{"before": 1}],
    "auth.leftovers.remove": [
        {"leftovers": leftovers.ended_sessions(NOW), "keys": [("a",)]},
        {"leftovers": leftovers.expired(auth_models.Throttle, NOW), "keys": [("a", "b")]},
        {"leftovers": leftovers.expired(auth_models.Code, NOW), "keys": [(1, "b")]},
        {"leftovers": leftovers.expired(auth_models.FamiliarPlace, NOW), "keys": [("a",)]},
        {"leftovers": leftovers.stale_sign_ups(NOW), "keys": [(1,)]},
        {"leftovers": leftovers.old_audit_entries(NOW), "keys": [(1,)]},
        {"leftovers": leftovers.sent_mails(NOW), "keys": [(1,)]},
    ],
    "auth.leftovers.find": [
        {"leftovers": each}
        for each in (
            leftovers.ended_sessions(NOW), leftovers.stale_sign_ups(NOW), leftovers.sent_mails(NOW),
            leftovers.dead_mails(NOW), leftovers.old_audit_entries(NOW),
            *(leftovers.expired(table, NOW) for table in (auth_models.Code, auth_models.Throttle)),
            leftovers.expired(auth_models.FamiliarPlace, NOW),
        )
    ],
    "auth.sealed.hold_mails": [{"ids": [1, 2], "mail_ids": [1, 2]}],
    "auth.throttles.hold": [{"key": "k"}],
    "auth.throttles.is_familiar": [{"key": "k"}],
    "auth.throttles.make_familiar": [{"key": "k"}],
    "auth.users.remove": [{"user": auth_models.User(id=1)}],
    "auth.users.remove_pending": [{"user_ids": 1}],
    "auth.keys.add": [{"key": AUTH["key"][1]}],
    "auth.keys.withdraw": [{"key": AUTH["key"][1]}],
    "catalog.lists.page": [
        {"wanted": ProductSearch(), "after": None, "with_total": True},
        {"wanted": ProductSearch(sort="name", owner_id="s"), "after": ByName(sort="name", key="a", id=1)},
        {"wanted": ProductSearch(words=("tea",), min_price=Decimal(1)), "after": NewestFirst.after(NOW, 1)},
        {"wanted": ProductSearch(max_price=Decimal(2)), "after": None},
    ],
    "catalog.products.change": [{"values": None}],
    "catalog.lists.by_ids": [{"owner_id": None}, {"owner_id": "s"}],
    "catalog.exports.oldest_products": [{"wanted": Selection(), "after": (NOW, 1)}, {"wanted": Selection("s")}],
    "catalog.exports.count": [{"wanted": Selection("s", Decimal(1), Decimal(2))}],
    "catalog.search.rare_words": [],  # a part of lists.page
    "catalog.search.beyond": [],
    "catalog.seeds.add_owners": [{"rows": [{"subject": "s", "name": "n"}]}],
    "catalog.seeds.add": [{"rows": [{"owner_id": "s", "name": "n", "description": "d", "price": 1, "currency": "USD",
                                     "created_at": NOW, "updated_at": NOW}]}],
}  # fmt: skip

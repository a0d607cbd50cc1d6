"""What auth and catalog send to MySQL, against what Vitess and its like refuse or send to all shards."""

import pytest

from auth import models as auth_models
from bench.scaling.pages import statements
from bench.scaling.statements import constructs, routing
from bench.scaling.statements.calls import functions
from bench.scaling.statements.constructs import NEVER, SOMETIMES, Construct
from catalog import models as catalog_models

OFTEN = (
    "auth.sessions.look",
    "auth.sessions.advance",
    "auth.sessions.is_live",
    "auth.sessions.add",
    "auth.sessions.revoke",
    "auth.users.by_username",
    "auth.users.hold",
    "auth.throttles.hold",
    "auth.throttles.is_familiar",
    "auth.feed.append_all",
    "auth.feed.events_after",
    "catalog.products.find",
    "catalog.products.add",
    "catalog.owners.hold",
    "catalog.idempotency.claim",
)


def test_every_function_of_a_repository_is_recorded() -> None:
    silent = {name for name, *_ in functions() if not statements().get(name)}
    # Two are parts of `page`; what the last sends for a key that was found is recorded for its table.
    parts = {"catalog.search.rare_words", "catalog.search.beyond", "catalog.search.on_mysql", "auth.keys.withdraw"}
    assert silent <= parts


def test_every_table_is_written_to_and_has_its_place() -> None:
    tables = {*auth_models.Base.metadata.tables, *catalog_models.Base.metadata.tables}
    assert tables == {*routing.SHARDED, *routing.UNSHARDED}
    assert tables == set(routing.counted(each for sent in statements().values() for each in sent))


@pytest.mark.parametrize("construct", NEVER, ids=lambda each: each.name)
def test_what_such_engines_refuse_is_not_sent(construct: Construct) -> None:
    assert constructs.users_of(construct, statements()) == {}


@pytest.mark.parametrize(
    "construct", [each for each in SOMETIMES if each.expected is not None], ids=lambda each: each.name
)
def test_what_they_allow_under_a_condition_is_as_often_there_as_the_page_says(construct: Construct) -> None:
    assert len(constructs.users_of(construct, statements())) == construct.expected


def test_a_lock_is_asked_for_by_nothing_but_migrations() -> None:
    locks = next(each for each in SOMETIMES if "GET_LOCK" in each.name)
    assert {name for names in constructs.users_of(locks, statements()).values() for name in names} == {
        "auth migrate",
        "catalog migrate",
    }


@pytest.mark.parametrize("name", OFTEN)
def test_what_requests_do_most_leads_to_one_shard(name: str) -> None:
    for each in statements()[name]:
        table = routing.table_of(each)
        assert table not in routing.SHARDED or routing.kind_of(each, table) != "all shards", each


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT sessions.id FROM sessions WHERE sessions.user_id = %(a)s", "one shard"),
        ("SELECT sessions.id FROM sessions WHERE sessions.id IN (%(a)s, %(b)s)", "by lookup"),
        ("SELECT sessions.id FROM sessions WHERE sessions.expires_at < %(a)s", "all shards"),
        ("SELECT sessions.id FROM sessions WHERE sessions.user_id = %(a)s OR sessions.id = %(b)s", "all shards"),
        (
            "SELECT x FROM sessions WHERE sessions.user_id = %(a)s AND (sessions.x = %(b)s OR sessions.y = %(c)s)",
            "one shard",
        ),
        ("DELETE FROM sessions", "all shards"),
        ("INSERT INTO sessions (id) VALUES (%(id)s)", "one shard"),
    ],
)
def test_a_statement_leads_where_its_conditions_say(statement: str, kind: str) -> None:
    assert routing.kind_of(statement, "sessions") == kind


def test_what_is_forbidden_is_recognised() -> None:
    samples = {
        "`LOCK TABLES`": "LOCK TABLES users WRITE",
        "`REPLACE INTO`": "REPLACE INTO users VALUES (1)",
        "CTE, recursive or not": "WITH RECURSIVE up AS (SELECT 1) SELECT * FROM up",
        "user variables": "SELECT @row := 1",
        "deletion with a limit, or a subquery": "DELETE FROM users WHERE id > 1 LIMIT 10",
        "window functions": "SELECT row_number() OVER (ORDER BY id) FROM users",
        "temporary tables": "CREATE TEMPORARY TABLE t (id INTEGER)",
    }
    by_name = {each.name: each for each in NEVER}
    for name, statement in samples.items():
        assert constructs.users_of(by_name[name], {"sample": [statement]}), name

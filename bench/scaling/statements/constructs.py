"""What of MySQL's language such engines refuse, or allow under a condition; and where it is used here."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Construct:
    """Something that a statement may have.

    `expected` is how many different statements have it; None for any number. `says` is what follows on Vitess, once
    a table is sharded; until then it is fine unless that says otherwise.
    """

    name: str
    pattern: str
    expected: int | None
    says: str


NEVER = (
    Construct("`LOCK TABLES`", r"\b(UN)?LOCK TABLES\b", 0, "refused through vtgate"),
    Construct(
        "stored routines, triggers, events", r"\b(CALL|CREATE (PROCEDURE|FUNCTION|TRIGGER|EVENT))\b", 0, "refused"
    ),
    Construct("temporary tables", r"\bTEMPORARY\b", 0, "unsharded only"),
    Construct("user variables", r"(?<!@)@\w|:=", 0, "reserved connection"),
    Construct("`LAST_INSERT_ID(…)` of an expression", r"LAST_INSERT_ID\(\w", 0, "which row's is not said"),
    Construct("CTE, recursive or not", r"\bWITH (RECURSIVE )?\w+ AS\b", 0, "recursive: experimental"),
    Construct("window functions", r"\bOVER\s*\(", 0, "not supported when sharded"),
    Construct("`REPLACE INTO`", r"^REPLACE\b", 0, "refused when sharded"),
    Construct("`LOAD DATA`, `INTO OUTFILE`", r"\bLOAD DATA\b|INTO OUTFILE", 0, "unsharded only"),
    Construct("`JSON_TABLE`, lateral tables", r"JSON_TABLE|\bLATERAL\b", 0, "refused"),
    Construct("`SERIALIZABLE`", r"SERIALIZABLE", 0, "not across shards"),
    Construct("update of several tables at once", r"^UPDATE \w+ *(,|(INNER |LEFT )?JOIN)", 0, "refused when sharded"),
    Construct(
        "deletion with a limit, or a subquery", r"^(DELETE|UPDATE)\b.*(LIMIT|\(SELECT)", 0, "refused when sharded"
    ),
    Construct("`NATURAL JOIN`, `JOIN … USING`", r"NATURAL|\bUSING\s*\(", 0, "refused when sharded"),
    Construct("views", r"\bCREATE VIEW\b", 0, "not when sharded"),
    Construct(
        "generated columns, CHECK, functional indexes",
        r"GENERATED ALWAYS|\bCHECK\s*\(|INDEX \w+ ON \w+ \(\(",
        0,
        "allowed; not needed",
    ),
    Construct("renamed columns", r"RENAME COLUMN", 0, "PlanetScale refuses"),
)
SOMETIMES = (
    Construct(
        "`GET_LOCK`, `RELEASE_LOCK`",
        r"\b(GET|RELEASE)_LOCK\(",
        2,
        "alone in its SELECT, as it is here: vtgate keeps a connection for it",
    ),
    Construct(
        "foreign keys",
        r"FOREIGN KEY",
        3,
        "within one shard only; PlanetScale: not with sharded keyspaces. Drop them; see below",
    ),
    Construct("`AUTO_INCREMENT`", r"AUTO_INCREMENT", 4, "not when sharded: a sequence"),
    Construct(
        "`UNIQUE` other than the primary key", r"UNIQUE \(", 1, "within one shard only: a unique lookup table each"
    ),
    Construct("`FULLTEXT`", r"FULLTEXT", 1, "each shard has an index of its own; the search asks all"),
    Construct("`MATCH … AGAINST`", r"\bMATCH\b", None, "as above"),
    Construct("`FORCE INDEX`", r"FORCE INDEX", None, "handed on to MySQL"),
    Construct(
        "`FOR UPDATE`, `LOCK IN SHARE MODE`",
        r"FOR UPDATE|IN SHARE MODE",
        None,
        "holds on each shard by itself: keep to one",
    ),
    Construct("`SKIP LOCKED`", r"SKIP LOCKED", 1, "the outbox: not sharded"),
    Construct("savepoints", r"^SAVEPOINT", None, "fine in one shard"),
    Construct("`ON DUPLICATE KEY UPDATE`", r"ON DUPLICATE KEY", None, "may not change the sharding key: it does not"),
    Construct(
        "update without `WHERE`",
        r"^(UPDATE|DELETE FROM) (?!.*WHERE)(?!quartet_|.*alembic)",
        None,
        "`feed_head`: one row; `auth feed fence`: all",
    ),
    Construct("`ALTER DATABASE`", r"ALTER DATABASE", 0, "only where the database is not utf8mb4"),
)


def users_of(construct: Construct, found: dict[str, list[str]]) -> dict[str, set[str]]:
    """Return the different statements that have it, with who sends them."""
    senders: dict[str, set[str]] = {}
    for name, statements in found.items():
        for each in statements:
            if re.search(construct.pattern, each):
                senders.setdefault(each, set()).add(name)
    return senders


def table(found: dict[str, list[str]]) -> str:
    rows = ["| construct | statements | on Vitess |", "|---|---:|---|"]
    rows += [f"| {each.name} | {len(users_of(each, found))} | {each.says} |" for each in (*SOMETIMES, *NEVER)]
    return "\n".join(rows)

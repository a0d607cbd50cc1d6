"""Where a sharded engine would send a statement, if the tables were sharded as in SHARDED."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sharding:
    """The column that says on which shard a row is, and columns that a lookup table leads from to it."""

    key: str
    lookups: tuple[str, ...] = ()


SHARDED = {
    "users": Sharding("id", ("subject", "username_key", "owned_email_key")),
    "sessions": Sharding("user_id", ("id",)),
    "codes": Sharding("user_id"),
    "throttles": Sharding("key"),
    "familiar_places": Sharding("key"),
    "suppressed_addresses": Sharding("email_key"),
    "owners": Sharding("subject"),
    "products": Sharding("owner_id", ("id",)),
    "keyed_requests": Sharding("subject"),
}
UNSHARDED = ("feed_head", "feed", "signing_keys", "outbox", "audit", "feed_position")
KINDS = ("one shard", "by lookup", "all shards")
STATEMENT = re.compile(r"^(SELECT|INSERT INTO|UPDATE|DELETE FROM) ")
CONDITION = r"{table}\.`?{column}`?(?:, [\w.`]+)*\)? (?:= \?|IN \()"


def table_of(statement: str) -> str | None:
    """Return the table that a statement is about, the first one it names; None for what is no query."""
    if not STATEMENT.match(statement):
        return None
    found = re.search(r"(?:FROM|INTO|UPDATE) \(*`?(\w+)`?", statement)
    return found[1] if found and found[1] in {*SHARDED, *UNSHARDED} else None


def kind_of(statement: str, table: str) -> str:
    """Return one of KINDS, for a table of SHARDED. What is inside of an OR leads nowhere."""
    if statement.startswith("INSERT"):
        return "one shard"
    plan = SHARDED[table]
    conditions = " ".join(each for each in re.split(r"\bWHERE\b", statement)[1:] for each in _all_of(each))
    if _names(conditions, table, plan.key):
        return "one shard"
    return "by lookup" if any(_names(conditions, table, each) for each in plan.lookups) else "all shards"


def _names(conditions: str, table: str, column: str) -> bool:
    return re.search(CONDITION.format(table=table, column=column), conditions) is not None


def _all_of(conditions: str) -> list[str]:
    """Return the conditions that must all be met."""
    flat = re.sub(r"%(\(\w+\))?s", "?", conditions)
    while (fewer := re.sub(r"\([^()]* OR [^()]*\)", "", flat)) != flat:
        flat = fewer
    return [] if " OR " in flat.split(" ORDER BY ")[0] else [flat]


def counted(statements: Iterable[str]) -> dict[str, Counter[str]]:
    """Return, for each table, how many different statements go where."""
    found: dict[str, Counter[str]] = {}
    for statement in sorted({each for each in statements if "quartet_migration" not in each}):
        table = table_of(statement)
        if table is not None:
            kind = kind_of(statement, table) if table in SHARDED else "one shard"
            found.setdefault(table, Counter())[kind] += 1
    return found


def table(statements: Iterable[str]) -> str:
    """Return the table of the page."""
    rows = [
        "| table | sharded by | lookup tables for | statements | one shard | by lookup | all shards |",
        "|---|---|---|" + "---:|" * 4,
    ]
    for name, kinds in counted(statements).items():
        plan = SHARDED.get(name)
        by = f"`{plan.key}`" if plan else "not sharded"
        lookups = ", ".join(f"`{each}`" for each in plan.lookups) if plan else ""
        numbers = " | ".join(str(kinds[kind]) for kind in KINDS)
        rows.append(f"| `{name}` | {by} | {lookups} | {kinds.total()} | {numbers} |")
    return "\n".join(rows)


def to_all_shards(found: dict[str, list[str]]) -> str:
    """Return a table of what asks all shards, and of who sends it."""
    rows: dict[str, list[str]] = {}
    for name, statements in found.items():
        for statement in statements:
            about = table_of(statement)
            if about in SHARDED and kind_of(statement, about) == "all shards":
                rows.setdefault(about, [])
                if name not in rows[about]:
                    rows[about].append(name)
    lines = [f"| `{about}` | {', '.join(f'`{each}`' for each in names)} |" for about, names in sorted(rows.items())]
    return "\n".join(["| table | sent to all shards by |", "|---|---|", *lines])

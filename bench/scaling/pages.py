"""The tables of docs/scaling.md and docs/scaling/, and the places in these pages where they stand."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench.scaling import caching, example, feed, logins, mail, redis_cluster, replicas
from bench.scaling.statements import constructs, routing
from bench.scaling.statements.calls import recorded

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (DOCS / "scaling.md", *sorted((DOCS / "scaling").glob("*.md")))


@cache
def statements() -> dict[str, list[str]]:
    return recorded()


TABLES: dict[str, Callable[[], str]] = {
    "mix": example.mix_table,
    "example": example.table,
    "caching": caching.table,
    "replicas": replicas.table,
    "replica-age": replicas.age_table,
    "lock": feed.lock_table,
    "batches": feed.batch_table,
    "pulls": feed.pull_table,
    "revocations": feed.memory_table,
    "logins": logins.table,
    "redis-cluster": redis_cluster.table,
    "redis-node": redis_cluster.limits_table,
    "mail": mail.table,
    "routing": lambda: routing.table(each for sent in statements().values() for each in sent),
    "all-shards": lambda: routing.to_all_shards(statements()),
    "constructs": lambda: constructs.table(statements()),
}


def standing(text: str) -> dict[str, str]:
    """Return the tables that a page has, by their names."""
    return dict(re.findall(r"<!-- table: ([a-z-]+) -->\n(.*?)\n<!-- end -->", text, re.DOTALL))


def filled(text: str) -> str:
    """Return the page with all its tables made anew."""

    def fresh(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{TABLES[found[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table: ([a-z-]+) -->\n(?:.*?\n)??<!-- end -->", fresh, text, flags=re.DOTALL)

"""What a migration may not do while code of the revision before is still running."""

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, UniqueConstraint

from quartet.testing.contradictions import contradictions


def tables(*changes: Column[int] | Column[str] | UniqueConstraint, name: str = "users") -> MetaData:
    metadata = MetaData()
    Table(name, metadata, Column("id", Integer, primary_key=True), *changes)
    return metadata


OLD = tables(Column("name", String(64)))


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        tables(Column("name", String(128))),
        tables(Column("name", Text())),
        tables(Column("name", String(64)), Column("age", Integer)),
        tables(Column("name", String(64)), Column("age", Integer, nullable=False, server_default="0")),
    ],
)
def test_adding_and_widening_harm_nobody(new: MetaData) -> None:
    assert contradictions(OLD, new) == []


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (tables(Column("name", String(64)), name="people"), ["users is gone"]),
        (tables(Column("nick", String(64))), ["users.name is gone"]),
        (tables(Column("name", String(64), nullable=False)), ["users.name must be given now"]),
        (tables(Column("name", String(32))), ["users.name was String(length=64) and is String(length=32)"]),
        (tables(Column("name", Integer)), ["users.name was String(length=64) and is Integer()"]),
        (
            tables(Column("name", String(64)), Column("age", Integer, nullable=False)),
            ["users.age is new and must be given"],
        ),
        (tables(Column("name", String(64)), UniqueConstraint("name")), ["users: ('name',) must be unique now"]),
    ],
)
def test_all_else_is_found(new: MetaData, found: list[str]) -> None:
    assert contradictions(OLD, new) == found

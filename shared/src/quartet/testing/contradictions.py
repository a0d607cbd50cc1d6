"""Whether code of the revision before can go on while the schema is a newer one already (expand, later contract)."""

from typing import Any

from sqlalchemy import Column, MetaData, String, Table, UniqueConstraint


def contradictions(before: MetaData, after: MetaData) -> list[str]:
    """Return what code written for `before` would stumble over at `after`; none where only something was added."""
    found = [f"{name} is gone" for name in sorted(set(before.tables) - set(after.tables))]
    for name in sorted(set(before.tables) & set(after.tables)):
        found += _contradictions_of(before.tables[name], after.tables[name])
    return found


def _contradictions_of(before: Table, after: Table) -> list[str]:
    found = []
    for column in before.columns:
        now = after.columns.get(column.name)
        if now is None:
            found.append(f"{column} is gone")
        elif column.nullable and not now.nullable:
            found.append(f"{column} must be given now")
        elif _narrower(column, now):
            found.append(f"{column} was {column.type!r} and is {now.type!r}")
    for column in after.columns:
        if column.name not in before.columns and not column.nullable and column.server_default is None:
            found.append(f"{column} is new and must be given")
    return found + [f"{after.name}: {names} must be unique now" for names in _unique(after) - _unique(before)]


def _narrower(before: Column[Any], after: Column[Any]) -> bool:
    if isinstance(before.type, String) and isinstance(after.type, String):
        was, now = before.type.length, after.type.length
        return now is not None and (was is None or now < was)
    return repr(before.type) != repr(after.type)


def _unique(table: Table) -> set[tuple[str, ...]]:
    constraints = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    indexes = [list(index.columns) for index in table.indexes if index.unique]
    return {tuple(column.name for column in columns) for columns in constraints + indexes}

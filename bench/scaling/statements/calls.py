"""Every function of the repositories called once, by what its parameters are."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.mysql.pymysql import dialect
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

import auth.repository
import catalog.repository
from auth import models as auth_models
from bench.scaling.statements.arguments import AUTH, CATALOG, NOW, SPECIAL, Values, new_product, user
from bench.scaling.statements.recorder import in_place_of_mysql, recording_engine
from catalog import models as catalog_models
from quartet.migrations import migrate

DIALECT = dialect()
DIALECT = dialect()
AT_AN_EMPTY_STORE = (KeyError, RuntimeError)
"""What functions raise that miss what they have just written."""


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for each in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{each.name}")


def functions() -> Iterator[tuple[str, Callable[..., Any], Values]]:
    """Yield all that take a session, with their names as in `auth.users.find`."""
    for package, values in ((auth.repository, AUTH), (catalog.repository, CATALOG)):
        for module in modules(package):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                own = function.__module__ == module.__name__ and not name.startswith("_")
                if own and next(iter(inspect.signature(function).parameters), "") == "session":
                    yield (
                        f"{package.__name__.partition('.')[0]}.{module.__name__.rpartition('.')[2]}.{name}",
                        function,
                        values,
                    )


def calls() -> Iterator[tuple[str, Callable[[Session], object]]]:
    for name, function, values in functions():
        parameters = list(inspect.signature(function).parameters.values())[1:]
        hints = typing.get_type_hints(function)
        for given in SPECIAL.get(name, [{}]):
            wide = max((len(values.get(each.name, [])) for each in parameters), default=0) if not given else 1
            for turn in range(max(1, wide)):
                yield name, _prepared(function, [(p, _value(p, hints, values, given, turn)) for p in parameters])


def _prepared(function: Callable[..., Any], chosen: list[tuple[inspect.Parameter, Any]]) -> Callable[[Session], object]:
    plain = [value for each, value in chosen if each.kind not in (each.KEYWORD_ONLY, each.VAR_KEYWORD)]
    named = {each.name: value for each, value in chosen if each.kind is each.KEYWORD_ONLY}
    return lambda session: function(session, *plain, **named)


def _value(
    parameter: inspect.Parameter, hints: dict[str, Any], values: Values, given: dict[str, Any], turn: int
) -> Any:
    if parameter.name in given:
        return given[parameter.name]
    kind = hints.get(parameter.name)
    if kind is auth_models.User:
        return user()
    if parameter.name == "product" and "repository.products" in str(kind):
        return new_product()
    if kind is int:
        return 1
    if parameter.name in values and not (kind is str and not isinstance(values[parameter.name][0], str)):
        options = values[parameter.name]
        return options[turn % len(options)]
    if parameter.name == "users":
        return [user()]
    if kind is str:
        return "text"
    if kind is datetime:
        return NOW
    if parameter.default is not inspect.Parameter.empty:
        return parameter.default
    raise TypeError(f"no value for {parameter.name}: {kind}")


def recorded() -> dict[str, list[str]]:
    """Return what each function sends, and `auth migrate` and `catalog migrate`; by their names."""
    found: dict[str, list[str]] = {}
    for name, call in calls():
        told: list[str] = []
        engine = recording_engine(told)
        with Session(engine, expire_on_commit=False) as session, suppress(NoResultFound, *AT_AN_EMPTY_STORE):
            try:
                call(session)
                session.flush()
            except Exception as error:
                error.add_note(f"in {name}")
                raise
        found.setdefault(name, []).extend(told)
    for package in ("auth", "catalog"):
        told = []
        with in_place_of_mysql(told):
            migrate("mysql+pymysql://nobody@nowhere/recorded", package)
        found[f"{package} migrate"] = told
    return found | _by_the_session()


def _by_the_session() -> dict[str, list[str]]:
    """Return what a session of SQLAlchemy sends by itself for an object that was found and changed, or removed."""
    found = {}
    for service, base in (("auth", auth_models.Base), ("catalog", catalog_models.Base)):
        for table in base.metadata.sorted_tables:
            own = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
            changed = {column.name: None for column in table.columns if not column.primary_key}
            statements = [update(table).where(*own).values(changed), delete(table).where(*own)]
            found[f"{service} {table.name}"] = [" ".join(str(s.compile(dialect=DIALECT)).split()) for s in statements]
    return found

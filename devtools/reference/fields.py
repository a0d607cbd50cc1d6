"""The settings that there are: the fields of the services' classes, and the table of the gateway."""

import importlib
import re
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from devtools.given import ROOT
from quartet.settings import Settings

Row = tuple[str, str, str]  # name, default, meaning


def settings_of(service: str) -> type[Settings]:
    """Return the class of a service's settings."""
    module = importlib.import_module(f"{service}.settings")
    (kind,) = (
        value for value in vars(module).values() if isinstance(value, type) and getattr(value, "service", "") == service
    )
    return kind


def own_fields(service: str) -> list[Row]:
    return fields(settings_of(service), without=Settings)


def fields(kind: type[Settings], without: type[Settings] | None = None) -> list[Row]:
    known = without.model_fields if without else {}
    return [
        (name.upper(), _default(field), field.description or "")
        for name, field in kind.model_fields.items()
        if name not in known or known[name].default != field.default
    ]


def gateway_settings() -> list[Row]:
    script = (ROOT / "gateway/entrypoint.sh").read_text()
    table = re.search(r"<<'TABLE'\n(.*?)^TABLE$", script, re.DOTALL | re.MULTILINE)
    if table is None:
        raise ValueError("gateway/entrypoint.sh has no table of settings")
    rows = (line.split(None, 3) for line in table[1].splitlines())
    return [(name, "" if default == "-" else default, meaning) for name, default, _, meaning in rows]


def _default(field: FieldInfo) -> str:
    value = unless_secret(field)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(str(each) for each in value)
    return str(value)


def unless_secret(field: FieldInfo) -> Any:
    """Return the default; a secret has none worth copying."""
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    return None if any(isinstance(value, SecretStr) for value in values) else field.default

"""What is made from the code; `make docs` writes it.

docs/errors.md, docs/settings.md, and the examples .env.example and settings.example.json.
"""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from devtools.given import ROOT
from quartet import problems
from quartet.errors import DomainError
from quartet.settings import Settings

SERVICES = ("auth", "catalog", "counter", "vectors")

ERRORS_HEAD = """\
# Errors

Every error, of a service as of the gateway, is one document (RFC 9457) with the media type `application/problem+json`:

```json
{
  "type": "urn:quartet:error:not_owner",
  "title": "Forbidden",
  "status": 403,
  "detail": "Only the owner of a product may do this.",
  "code": "not_owner",
  "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1"
}
```

`code` is stable: programs decide by it. `detail` is for people and may change. With 422 comes `errors`, a list of
`{field, message}`. `request_id` is that of the `X-Request-ID` header and of the log lines. 429 and 503 say in
`Retry-After` how many seconds to wait; 401 says in `WWW-Authenticate` what is missing.

<!-- Made by `make docs`; changes here are overwritten. -->

| code | status | from | meaning |
|---|---|---|---|
"""

SETTINGS_HEAD = """\
# Settings

Settings come from these places; for each setting the first that has it wins:

1. the environment
2. `.env` in the working folder
3. files in `/run/secrets` named like the setting
4. a secret of AWS Secrets Manager, when `AWS_SECRETS_ID` (an id or an ARN) names one
5. a JSON file, when `SETTINGS_FILE` names one
6. the default

They are read once, at the start; a wrong one ends the start with one line that names it and where it came from. Empty
ones count as left out. Durations are in seconds. `make run` passes on all that it finds in the environment or in
`.env`; `.env.example` lists what there is. The gateway knows the environment alone.

The secret and the file hold one JSON object of names and values, as `settings.example.json` does. Numbers, lists and
documents may stand there as such, or as the text that the environment would have; `null` is "left out". What stands
under a service's name is for that service alone, and goes before the rest. In the file, a name that is no setting of
the service is refused, and so are sections without one for the service; in the secret, other names are passed over.
`AWS_SECRETS_ID` may stand in the file. A relative `SETTINGS_FILE` is looked for in the service's working folder: give
`make run` the whole path. How the secret is read: [Running one service](running-one-service.md#settings-from-aws).

<!-- Made by `make docs`; changes here are overwritten. -->
"""


Row = tuple[str, str, str]

LAUNCHER: list[Row] = [
    ("PORT", "8080", "Port of the gateway."),
    ("HOST", "127.0.0.1", "Address that the gateway listens at."),
    ("RUN_DIR", ".run", "Folder for data, secrets and logs."),
    ("AUTH_DATABASE_URL", "", "Database of auth; SQLite by default."),
    ("CATALOG_DATABASE_URL", "", "Database of catalog; SQLite by default."),
    ("REDIS_URL", "", "Redis or Valkey for counter; one is started by default."),
    ("AWS_ENDPOINT_URL", "", "SES or an emulator of it; one is started by default."),
]
MADE_BY_THE_LAUNCHER = (
    *("AUTH_URL", "DATABASE_URL", "STATE_DIR", "WORKER_PORT", "INTERNAL_PORT", "NGINX", "ACCESS_LOG"),
    *(f"{service.upper()}_UPSTREAM" for service in (*SERVICES, "mailbox")),
)


def pages() -> dict[Path, str]:
    """Return every made page with its text."""
    return {
        ROOT / "docs/errors.md": errors_page(),
        ROOT / "docs/settings.md": settings_page(),
        ROOT / ".env.example": example_environment(),
        ROOT / "settings.example.json": example_file(),
    }


def errors_page() -> str:
    found: dict[tuple[int, str], tuple[set[str], str]] = {}

    def add(status: int, code: str, source: str, meaning: str) -> None:
        sources, first = found.setdefault((status, code), (set(), meaning))
        sources.add(source)
        found[status, code] = (sources, first)

    for service in SERVICES:
        importlib.import_module(f"{service}.cli")
    for error in _descendants(DomainError):
        owner = error.__module__.partition(".")[0]
        if "code" in vars(error) and owner in {"quartet", *SERVICES}:
            add(problems.status_of(error), error.code, "any service" if owner == "quartet" else owner, error.detail)
    for status, (code, detail) in problems.CODES.items():
        add(status, code, "any service", detail)
    for entry in json.loads((ROOT / "gateway/errors.json").read_text()):
        add(entry["status"], entry["code"], "gateway", entry["meaning"])
    rows = (
        f"| `{code}` | {int(status)} | {', '.join(sorted(sources))} | {meaning} |"
        for (status, code), (sources, meaning) in sorted(found.items())
    )
    return ERRORS_HEAD + "\n".join(rows) + "\n"


def settings_page() -> str:
    sections = [SETTINGS_HEAD, "## Every service\n", _table(_fields(Settings))]
    for service in SERVICES:
        sections += [f"## {service}\n", _table(_own_fields(service))]
    sections += ["## The gateway\n", _table(_gateway_settings())]
    return "\n".join(sections)


def example_environment() -> str:
    lines = [
        "# Settings of `make run`: copy to .env, and take the # away from what you change. See docs/settings.md.",
        "# Secrets, and addresses and ports between the parts, are the launcher's to make.",
    ]
    groups = [("The launcher", LAUNCHER), ("Every service", _fields(Settings))]
    groups += [(service, _own_fields(service)) for service in SERVICES]
    groups += [("The gateway", _gateway_settings())]
    seen = set(MADE_BY_THE_LAUNCHER)
    for title, rows in groups:
        lines += ["", f"# {title}"]
        for name, default, description in rows:
            if name not in seen:
                lines += [f"# {description}", f"#{name}={default}"]
                seen.add(name)
    return "\n".join(lines) + "\n"


def example_file() -> str:
    own = {service: _examples(settings_of(service), without=Settings) for service in SERVICES}
    common = _examples(Settings)
    for name in {"SETTINGS_FILE"} | set.intersection(*(set(values) for values in own.values())):
        common.pop(name, None)
    return json.dumps(common | own, indent=2, ensure_ascii=False) + "\n"


def settings_of(service: str) -> type[Settings]:
    """Return the class of a service's settings."""
    module = importlib.import_module(f"{service}.settings")
    (kind,) = (
        value for value in vars(module).values() if isinstance(value, type) and getattr(value, "service", "") == service
    )
    return kind


def _own_fields(service: str) -> list[Row]:
    return _fields(settings_of(service), without=Settings)


def _fields(kind: type[Settings], without: type[Settings] | None = None) -> list[Row]:
    known = without.model_fields if without else {}
    return [
        (name.upper(), _default(field), field.description or "")
        for name, field in kind.model_fields.items()
        if name not in known or known[name].default != field.default
    ]


def _examples(kind: type[Settings], without: type[Settings] | None = None) -> dict[str, Any]:
    fields = {name.upper(): field for name, field in kind.model_fields.items()}
    return {name: _unless_secret(fields[name]) for name, _, _ in _fields(kind, without)}


def _default(field: FieldInfo) -> str:
    value = _unless_secret(field)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(str(each) for each in value)
    return str(value)


def _unless_secret(field: FieldInfo) -> Any:
    """Return the default; a secret has none worth copying."""
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    return None if any(isinstance(value, SecretStr) for value in values) else field.default


def _gateway_settings() -> list[Row]:
    script = (ROOT / "gateway/entrypoint.sh").read_text()
    table = re.search(r"<<'TABLE'\n(.*?)^TABLE$", script, re.DOTALL | re.MULTILINE)
    if table is None:
        raise ValueError("gateway/entrypoint.sh has no table of settings")
    rows = (line.split(None, 3) for line in table[1].splitlines())
    return [(name, "" if default == "-" else default, meaning) for name, default, _, meaning in rows]


def _table(rows: list[Row]) -> str:
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in rows]
    return "\n".join(lines) + "\n"


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)

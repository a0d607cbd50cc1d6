"""The examples of settings: .env.example for the environment, settings.example.json for a file or a secret of AWS."""

import json
from typing import Any

from devtools.parts import SERVICES
from devtools.reference.fields import Row, fields, gateway_settings, own_fields, settings_of, unless_secret
from quartet.settings import Settings

LAUNCHER: list[Row] = [
    ("PORT", "8080", "Port of the gateway."),
    ("HOST", "127.0.0.1", "Address that the gateway listens at."),
    (
        "TLS",
        "0",
        "1: https at TLS_PORT, with a certificate for localhost from an authority of your own; PORT then sends there.",
    ),
    ("RUN_DIR", ".run", "Folder for data, secrets and logs."),
    ("AUTH_DATABASE_URL", "", "Database of auth; SQLite by default."),
    ("CATALOG_DATABASE_URL", "", "Database of catalog; SQLite by default."),
    ("REDIS_URL", "", "Redis or Valkey for counter; one is started by default."),
    ("AWS_ENDPOINT_URL", "", "SES or an emulator of it; one is started by default."),
]
MADE_BY_THE_LAUNCHER = (
    *("AUTH_URL", "DATABASE_URL", "STATE_DIR", "WORKER_PORT", "INTERNAL_PORT", "METRICS_PORT", "NGINX", "ACCESS_LOG"),
    *(f"{service.upper()}_UPSTREAM" for service in (*SERVICES, "mailbox")),
)


def example_environment() -> str:
    lines = [
        "# Settings of `make run`: copy to .env, and take the # away from what you change. See docs/settings.md.",
        "# Secrets, and addresses and ports between the parts, are the launcher's to make.",
    ]
    groups = [("The launcher", LAUNCHER), ("Every service", fields(Settings))]
    groups += [(service, own_fields(service)) for service in SERVICES]
    groups += [("The gateway", gateway_settings())]
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


def _examples(kind: type[Settings], without: type[Settings] | None = None) -> dict[str, Any]:
    known = {name.upper(): field for name, field in kind.model_fields.items()}
    return {name: unless_secret(known[name]) for name, _, _ in fields(kind, without)}

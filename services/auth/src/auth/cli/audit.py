"""`auth audit …`."""

import json
from datetime import UTC, datetime

import click

from auth.models import AuditEntry
from auth.resources import Resources
from auth.searches import AuditSearch
from auth.settings import AuthSettings
from auth.use_cases import audit as log
from quartet.settings import load

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])


@click.group()
def audit() -> None:
    """Read the audit log."""


@audit.command("export")
@click.option("--since", type=MOMENT, help="From this moment on (UTC).")
@click.option("--until", type=MOMENT, help="Before this moment (UTC).")
def export_audit(since: datetime | None, until: datetime | None) -> None:
    """Write the log to stdout, the oldest first, one JSON object a line."""
    wanted = AuditSearch(since=_utc(since), until=_utc(until))
    for entry in log.exported(Resources.of(load(AuthSettings)), wanted):
        click.echo(_line(entry))


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _line(entry: AuditEntry) -> str:
    members = {
        "id": entry.id,
        "created_at": entry.created_at.isoformat().replace("+00:00", "Z"),
        "action": entry.action,
        "actor": entry.actor,
        "target": entry.target,
        "address": entry.address,
        "device": entry.device,
        "request_id": entry.request_id,
        "details": json.loads(entry.details),
    }
    return json.dumps(members, ensure_ascii=False)

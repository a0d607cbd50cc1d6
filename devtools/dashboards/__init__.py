"""Grafana's dashboards, written to compose/monitoring/grafana/dashboards by `make dashboards`."""

import json
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from devtools.dashboards.boards import Dashboard
from devtools.given import ROOT

FOLDER = ROOT / "compose/monitoring/grafana/dashboards"
NAMES = ["overview", "gateway", "auth", "catalog", "counter", "vectors", "mysql", "redis"]
VARIABLES = {"$__rate_interval": "1m", "$__range": "1h", "$service": ".*"}


class Expression(NamedTuple):
    """A PromQL expression as Grafana would send it, and where it stands."""

    dashboard: str
    panel: str
    expression: str


def dashboards() -> dict[str, Dashboard]:
    """All dashboards by the names of their files."""
    return {name: import_module(f"devtools.dashboards.{name}").DASHBOARD for name in NAMES}


def expressions() -> list[Expression]:
    """Every expression of every panel, its variables replaced by what they are at first."""
    return [
        Expression(name, panel.title, replaced(expression))
        for name, board in dashboards().items()
        for panel in board.panels
        for expression, _ in panel.queries
    ]


def replaced(expression: str) -> str:
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


def files() -> dict[Path, str]:
    """What `make dashboards` writes, by path."""
    return {
        FOLDER / f"{name}.json": json.dumps(board.build(), cls=JSONEncoder, indent=2, sort_keys=True) + "\n"
        for name, board in dashboards().items()
    }

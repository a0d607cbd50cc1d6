"""`make k8s-rules`: the rules of compose/monitoring/rules as one PrometheusRule."""

import sys
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).parents[3] / "compose/monitoring/rules"


def prometheus_rule() -> dict[str, Any]:
    """The object that the Prometheus operator reads."""
    groups = [group for file in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "quartet", "namespace": "quartet", "labels": {"app.kubernetes.io/part-of": "quartet"}},
        "spec": {"groups": groups},
    }


if __name__ == "__main__":
    yaml.safe_dump(prometheus_rule(), sys.stdout, sort_keys=False)

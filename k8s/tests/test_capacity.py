"""Numbers that must fit one another: replicas, connections, seconds."""

import re
from typing import Any

import pytest
import yaml

from devtools.given import ROOT
from k8s.tests.rendering import Object, Tree, container, labels, named, of_kind, pods, template, variables_of
from k8s.tests.test_settings import KNOWN
from quartet import gunicorn_conf
from quartet.engines import make_engine

OVERLAYS = ["overlays/dev", "overlays/production"]
DATABASES = ("auth", "catalog")


def pool() -> int:
    """The most connections of one process."""
    engine: Any = make_engine("mysql+pymysql://nobody@localhost/none")
    return int(engine.pool.size() + engine.pool._max_overflow)


def connections(objects: list[Object]) -> int:
    """The most that MySQL can be asked for, while everything is at its largest and rolls at once."""
    most = {
        each["metadata"]["name"]: each["spec"]["maxReplicas"] for each in of_kind(objects, "HorizontalPodAutoscaler")
    }
    total = 0
    for name, pod in pods(objects):
        service = labels(pod)["app.kubernetes.io/component"]
        if service in DATABASES:
            once = name.endswith(("-migrate", "-first-admin", "-purge"))
            replicas = most.get(name, 1) + (0 if once else 1)  # maxSurge
            processes = int(variables_of(objects, pod)["WEB_CONCURRENCY"]) if name in DATABASES else 1
            total += replicas * processes * pool()
    return total


def test_mysql_of_development_takes_all_that_the_autoscalers_may_start(tree: Tree) -> None:
    (limit,) = (
        int(found[1])
        for argument in container(template(named(tree.dev(), "StatefulSet", "mysql")))["args"]
        if (found := re.fullmatch(r"--max-connections=(\d+)", argument))
    )
    assert connections(tree.dev()) <= limit


def test_the_documentation_says_how_many_connections_production_needs(tree: Tree) -> None:
    text = (ROOT / "docs/kubernetes.md").read_text()
    assert f"**{connections(tree.production())}**" in text


@pytest.mark.parametrize("folder", OVERLAYS)
def test_a_drained_node_never_takes_all_of_a_service(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    for budget in of_kind(objects, "PodDisruptionBudget"):
        scaler = named(objects, "HorizontalPodAutoscaler", budget["metadata"]["name"])["spec"]
        assert scaler["minReplicas"] - budget["spec"]["maxUnavailable"] >= 1
        assert scaler["maxReplicas"] > scaler["minReplicas"]


@pytest.mark.parametrize("folder", OVERLAYS)
def test_the_autoscaler_alone_says_how_many(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    scaled = {each["metadata"]["name"] for each in of_kind(objects, "HorizontalPodAutoscaler")}
    for each in of_kind(objects, "Deployment"):
        assert ("replicas" in each["spec"]) is (each["metadata"]["name"] not in scaled)


@pytest.mark.parametrize("folder", OVERLAYS)
def test_a_pod_has_the_time_to_end_what_it_has(tree: Tree, folder: str) -> None:
    """preStop, then what the program itself takes, before the kill."""
    objects = tree.render(folder)
    gateway = (ROOT / "gateway/entrypoint.sh").read_text()
    (seconds,) = re.findall(r"^SHUTDOWN_TIMEOUT +(\d+)", gateway, re.MULTILINE)
    own = {"gateway": int(seconds)}
    for name, pod in pods(objects):
        if name in KNOWN or name == "gateway":
            waited = container(pod)["lifecycle"]["preStop"]["sleep"]["seconds"]
            needed = waited + own.get(name, gunicorn_conf.graceful_timeout)
            assert pod["spec"]["terminationGracePeriodSeconds"] >= needed + 5


@pytest.mark.parametrize("folder", OVERLAYS)
def test_nobody_is_sent_to_a_pod_that_has_gone(tree: Tree, folder: str) -> None:
    """The cluster's DNS believes a headless name for 5 s, nginx for as long as it is told, and it looks as often."""
    (believed,) = re.findall(r"valid=(\d+)s", (ROOT / "gateway/conf.d/upstreams.conf").read_text())
    for name, pod in pods(tree.render(folder)):
        if name in KNOWN:
            assert container(pod)["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5 + int(believed) + 5


@pytest.mark.parametrize("folder", OVERLAYS)
def test_a_replica_is_there_before_one_goes(tree: Tree, folder: str) -> None:
    for each in of_kind(tree.render(folder), "Deployment"):
        assert each["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize(
    ("folder", "pattern"), [("rules", "*.yml"), ("grafana/dashboards", "*.json")], ids=["rules", "dashboards"]
)
def test_kubernetes_gets_every_rule_and_dashboard_that_compose_has(folder: str, pattern: str) -> None:
    here = ROOT / "compose/monitoring" / folder
    document = yaml.safe_load((here / "kustomization.yaml").read_text())
    listed = [name for each in document["configMapGenerator"] for name in each["files"]]
    assert sorted(listed) == sorted(file.name for file in here.glob(pattern))

"""What each pod may do, what it is given, and how it is asked whether it is well."""

import re

import pytest

from devtools.parts import COMMANDS
from k8s.tests.rendering import CHOICES, Object, Tree, container, labels, of_kind, pods, workloads

PRODUCTION = ("ingress", "external-secrets", "monitoring", "tracing")
OWNERS = {"mysql": 999, "redis": 999}  # users of the public images
STEPS = {"auth-migrate", "auth-first-admin", "auth-purge", "catalog-migrate"}


@pytest.fixture(scope="module", params=["development", "production"])
def objects(request: pytest.FixtureRequest, tree: Tree) -> list[Object]:
    assert PRODUCTION in CHOICES
    return tree.dev() if request.param == "development" else tree.combine(PRODUCTION)


def containers(objects: list[Object]) -> list[tuple[str, Object]]:
    return [(name, each) for name, pod in pods(objects) for each in pod["spec"]["containers"]]


def test_every_process_of_the_platform_is_there(objects: list[Object]) -> None:
    assert {each["metadata"]["name"] for each in workloads(objects)} >= {*COMMANDS, *STEPS, "gateway"}


def test_every_process_runs_the_command_that_it_runs_elsewhere(objects: list[Object]) -> None:
    found = {name: container(pod) for name, pod in pods(objects) if name in COMMANDS}
    for name, (service, command) in COMMANDS.items():
        assert found[name]["args"] == [command]
        assert re.fullmatch(rf"(registry[.]example/)?quartet/{service}:[\w.-]+", found[name]["image"])


def test_every_pod_has_the_least_rights(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        rights = pod["spec"]["securityContext"]
        assert rights["runAsNonRoot"] is True, name
        assert rights["runAsUser"] == rights["runAsGroup"] == OWNERS.get(name, 10001), name
        assert rights["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        assert pod["spec"]["enableServiceLinks"] is False, name
    for name, each in containers(objects):
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name


def test_every_process_has_an_account_of_its_own_without_a_token(objects: list[Object]) -> None:
    accounts = {each["metadata"]["name"]: each for each in of_kind(objects, "ServiceAccount")}
    for name, pod in pods(objects):
        if name not in OWNERS:
            assert pod["spec"]["serviceAccountName"] == name
            assert accounts[name]["automountServiceAccountToken"] is False


def test_every_container_is_held_within_limits(objects: list[Object]) -> None:
    for name, each in containers(objects):
        for kind in ("requests", "limits"):
            assert each["resources"][kind].keys() >= {"cpu", "memory"}, name


def test_no_image_is_whatever_is_the_latest(objects: list[Object]) -> None:
    for name, each in containers(objects):
        tag = each["image"].rpartition(":")[2]
        assert "/" not in tag, name
        assert tag != "latest", name


def test_every_image_of_a_service_is_one_and_the_same(objects: list[Object]) -> None:
    images: dict[str, set[str]] = {}
    for name, pod in pods(objects):
        if name not in OWNERS and not name.endswith("-exporter"):
            component = labels(pod)["app.kubernetes.io/component"]
            images.setdefault(component, set()).add(container(pod)["image"])
    assert all(len(each) == 1 for each in images.values()), images
    assert len(set.union(*images.values())) == len(images)


def test_what_stays_tells_its_health_at_a_port_that_it_has(objects: list[Object]) -> None:
    for workload in of_kind(objects, "Deployment", "StatefulSet"):
        for each in workload["spec"]["template"]["spec"]["containers"]:
            ports = {port["name"] for port in each["ports"]}
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                probe = each[kind]
                asked = probe.get("httpGet") or probe.get("tcpSocket")
                assert asked is None or asked["port"] in ports, each["name"]


def test_live_asks_for_life_and_ready_for_readiness(objects: list[Object]) -> None:
    """A pod whose store is away must not be restarted for it."""
    for name, pod in pods(objects):
        if name in COMMANDS or name == "gateway":
            own = container(pod)
            probes = {kind: own[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")}
            assert probes == {"startup": "/health/live", "readiness": "/health/ready", "liveness": "/health/live"}


def test_whatever_is_written_to_is_a_volume_with_an_end(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        mounted = {mount["name"] for each in pod["spec"]["containers"] for mount in each.get("volumeMounts", [])}
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
        assert volumes.keys() <= mounted, name
        for volume in volumes.values():
            assert "emptyDir" not in volume or volume["emptyDir"]["sizeLimit"], name

"""Everything renders, and Kubernetes knows every field of it, in an old version and in a new one."""

from typing import Any

import pytest
from kubernetes_validate import utils as kubernetes

from k8s.tests.rendering import CHOICES, DEPLOYABLE, SERVICES, Object, Tree

VERSIONS = ("1.31", kubernetes.latest_version())
# Resources of operators, of which no schema comes with kubernetes-validate: test_operators.py looks at them.
FOREIGN = {"ExternalSecret", "SecretStore", "SealedSecret", "Gateway", "HTTPRoute", "PodMonitor"}


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_field(everything: list[Object], version: str) -> None:
    foreign = set()
    for each in everything:
        try:
            kubernetes.validate(each, version, strict=True)
        except kubernetes.SchemaNotFoundError:
            foreign.add(each["kind"])
    assert foreign == FOREIGN


def test_development_needs_no_operator(tree: Tree) -> None:
    assert not {each["kind"] for each in tree.dev()} & FOREIGN


@pytest.mark.parametrize("folder", DEPLOYABLE)
def test_everything_is_in_one_namespace_under_a_name_of_its_own(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    names = [(each["kind"], each["metadata"]["name"]) for each in objects]
    assert len(names) == len(set(names))
    assert {each["metadata"].get("namespace", "quartet") for each in objects} == {"quartet"}


def components_of(objects: list[Object]) -> dict[tuple[str, str], Any]:
    return {
        (each["kind"], each["metadata"]["name"]): each["metadata"]["labels"].get("app.kubernetes.io/component")
        for each in objects
        if each["kind"] in ("Deployment", "StatefulSet", "Job", "CronJob", "Service", "HorizontalPodAutoscaler")
    }


@pytest.mark.parametrize("components", CHOICES, ids="-".join)
def test_no_component_changes_what_belongs_to_a_service(tree: Tree, components: tuple[str, ...]) -> None:
    """The labels of a kustomize Component go to everything that it is put beside, and `make deploy` goes by them."""
    found = components_of(tree.combine(components))
    for service in SERVICES:
        alone = components_of(tree.render(f"services/{service}"))
        assert set(alone.values()) == {service}
        assert alone.items() <= found.items()

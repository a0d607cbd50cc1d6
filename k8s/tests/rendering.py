"""What `kubectl kustomize` makes of k8s/, read as Kubernetes reads it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT

KUBECTL = Path(sys.executable).with_name("kubectl")
Object = dict[str, Any]

SERVICES = ("auth", "catalog", "counter", "vectors")
OVERLAYS = ("overlays/dev", "overlays/production")
DEPLOYABLE = (*(f"services/{name}" for name in SERVICES), "gateway", "datastores", "namespace", "secrets", *OVERLAYS)
# What production may be made of, beside its services; a set of components for each combination.
CHOICES = [
    (clients, secrets, *watched)
    for clients in ("ingress", "gateway-api")
    for secrets in ("external-secrets", "sealed-secrets")
    for watched in ((), ("monitoring", "tracing"))
]


class Tree:
    """A copy of k8s/ and of what it refers to, so that a test can add files of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rendered: dict[str, list[Object]] = {}

    def render(self, folder: str) -> list[Object]:
        """The objects of a folder below k8s/."""
        if folder not in self._rendered:
            result = subprocess.run(
                [KUBECTL, "kustomize", self.root / "k8s" / folder], capture_output=True, text=True, check=False
            )
            assert result.returncode == 0, result.stderr
            self._rendered[folder] = list(yaml.load_all(result.stdout, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        return self._rendered[folder]

    def combine(self, components: tuple[str, ...]) -> list[Object]:
        """Production with these components in place of its own."""
        folder = f"overlays/{'-'.join(components)}"
        if not (self.root / "k8s" / folder).exists():
            shutil.copytree(self.root / "k8s/overlays/production", self.root / "k8s" / folder)
            file = self.root / "k8s" / folder / "kustomization.yaml"
            document = yaml.safe_load(file.read_text())
            document["components"] = [f"../../components/{name}" for name in ("external-stores", *components)]
            file.write_text(yaml.safe_dump(document))
        return self.render(folder)

    def production(self) -> list[Object]:
        return self.render("overlays/production")

    def dev(self) -> list[Object]:
        return self.render("overlays/dev")


def copied(folder: Path) -> Tree:
    root = folder / "quartet"
    for part in ("k8s", "compose"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("tests", "files", "secrets"))
    shutil.copytree(ROOT / "k8s/secrets", root / "k8s/secrets", ignore=shutil.ignore_patterns("files"))
    make_secrets(root / "k8s/secrets/files")
    return Tree(root)


def kustomizations() -> list[str]:
    """Every folder below k8s/ that can be rendered by itself."""
    files = [
        Path(folder, "kustomization.yaml")
        for folder, _, names in os.walk(ROOT / "k8s")
        if "kustomization.yaml" in names
    ]
    return sorted(
        str(file.parent.relative_to(ROOT / "k8s"))
        for file in files
        if yaml.safe_load(file.read_text())["kind"] == "Kustomization"
    )


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def named(objects: list[Object], kind: str, name: str) -> Object:
    (found,) = (each for each in of_kind(objects, kind) if each["metadata"]["name"] == name)
    return found


def group_of(each: Object) -> str:
    """The group of an object's API; nothing for Kubernetes' first one."""
    return str(each["apiVersion"]).rpartition("/")[0]


def template(workload: Object) -> Object:
    """The pod of a workload: its labels and its spec."""
    spec = workload["spec"]
    return dict((spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"])


def workloads(objects: list[Object]) -> list[Object]:
    return of_kind(objects, "Deployment", "StatefulSet", "Job", "CronJob")


def pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    """Each workload's name with the pod that it makes."""
    for each in workloads(objects):
        yield each["metadata"]["name"], template(each)


def container(pod: Object) -> Object:
    """The pod's own program, beside which an exporter may run."""
    (own,) = (each for each in pod["spec"]["containers"] if each["name"] != "nginx-exporter")
    return dict(own)


def variables_of(objects: list[Object], pod: Object) -> dict[str, str]:
    """The environment of a pod."""
    maps = {each["metadata"]["name"]: each["data"] for each in of_kind(objects, "ConfigMap")}
    found: dict[str, str] = {}
    for source in container(pod).get("envFrom", []):
        found |= maps[source["configMapRef"]["name"]]
    return found | {each["name"]: each["value"] for each in container(pod).get("env", [])}


def labels(pod: Object) -> dict[str, str]:
    return dict(pod["metadata"]["labels"])


def selects(selector: Object, found: dict[str, str]) -> bool:
    """Whether a label selector matches these labels."""
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In", expression
        if found.get(expression["key"]) not in expression["values"]:
            return False
    return all(found.get(key) == value for key, value in selector.get("matchLabels", {}).items())

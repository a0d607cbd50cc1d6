"""What kustomize renders for a cluster, in the words that `podman kube play` understands.

podman 4.3 plays pods, and not all of a pod. Each thing that is said to it in another way is said here, and none is
left out but what only a cluster has: how many pods there are, where they are placed, who may reach whom. It would
publish each port at the same one of the machine; its volumes are known by name to all pods; a secret is stored
beforehand, as text, and one that does not say whether it is optional ends it in a panic; its probes need curl in the
image and a systemd outside, so that the platform under test asks them in its place.
"""

import base64
import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
WITH_PODS = ("Deployment", "StatefulSet", "Job")


def rendered(folder: Path) -> list[Document]:
    """The documents that `kubectl apply -k` would send for a folder."""
    command = (str(Path(sys.executable).with_name("kubectl")), "kustomize", str(folder))
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return list(yaml.safe_load_all(text))


def configured(documents: list[Document], settings: dict[str, str]) -> list[Document]:
    """The documents with these settings for every part."""
    changed = copy.deepcopy(documents)
    for document in changed:
        if document["kind"] == "ConfigMap" and "-settings-" in document["metadata"]["name"]:
            document["data"] |= settings
    return changed


def secrets(documents: list[Document]) -> dict[str, str]:
    """The secrets, as they are stored in podman: their values as text."""
    found = {}
    for document in documents:
        if document["kind"] == "Secret":
            values = {name: base64.b64decode(value).decode() for name, value in document["data"].items()}
            found[document["metadata"]["name"]] = yaml.safe_dump(document | {"data": values})
    return found


def workloads(documents: list[Document]) -> dict[str, Document]:
    """What runs pods and goes on or ends, by name."""
    return {document["metadata"]["name"]: document for document in documents if document["kind"] in WITH_PODS}


def playable(documents: list[Document], name: str, prefix: str, published: dict[str, int]) -> str:
    """A workload's pod, as YAML with the ConfigMaps that it reads; names of pods, volumes and secrets have the prefix.

    `published` are ports of this machine, by the names of the container's.
    """
    workload = copy.deepcopy(workloads(documents)[name])
    pod = workload["spec"]["template"]["spec"]
    for claim in workload["spec"].get("volumeClaimTemplates", []):
        pod["volumes"].append({"name": claim["metadata"]["name"], "emptyDir": {}})
    for container in pod["containers"]:
        ports = {port["name"]: port["containerPort"] for port in container.pop("ports", [])}
        shown = [{"containerPort": ports[name], "hostPort": number} for name, number in published.items()]
        if shown:
            container["ports"] = shown
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            container.pop(kind, None)
        for mount in container["volumeMounts"]:
            mount["name"] = f"{prefix}-{name}-{mount['name']}"
    for volume in pod["volumes"]:
        volume["name"] = f"{prefix}-{name}-{volume['name']}"
        if "secret" in volume:
            volume["secret"] = {"secretName": f"{prefix}-{volume['secret']['secretName']}", "optional": False}
    metadata = {"name": f"{prefix}-{name}", "labels": workload["spec"]["template"]["metadata"]["labels"]}
    maps = [document for document in documents if document["kind"] == "ConfigMap"]
    return yaml.safe_dump_all([*maps, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}])

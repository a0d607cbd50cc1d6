"""Resources of operators: their published types and schemas know every field, as Kubernetes' own know its."""

import json
import subprocess
from pathlib import Path

import pytest

from devtools.node_packages import installed
from k8s.tests.rendering import Object, group_of

pytestmark = pytest.mark.needs("node", "npm")

PACKAGES = {
    "bitnami.com": "@kubernetes-models/sealed-secrets",
    "external-secrets.io": "@kubernetes-models/external-secrets",
    "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
    "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
}
COMPILE = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(Path(__file__).parent / "operators", tmp_path_factory.mktemp("operators"))


@pytest.fixture(scope="module")
def objects(everything: list[Object]) -> list[Object]:
    return [each for each in everything if group_of(each) in PACKAGES]


def complaints(project: Path, objects: list[Object]) -> list[str]:
    """What TypeScript says of fields, and then the schemas of values."""
    lines = []
    for number, each in enumerate(objects):
        package = f"{PACKAGES[group_of(each)]}/{each['apiVersion']}"
        lines.append(f'import type {{ I{each["kind"]} as Type{number} }} from "{package}";')
        lines.append(f"export const object{number}: Type{number} = {json.dumps(each)};")
    (project / "objects.cts").write_text("\n".join(lines))
    compiled = subprocess.run(
        ("node_modules/.bin/tsc", *COMPILE, "objects.cts"), cwd=project, capture_output=True, text=True, check=False
    )
    validated = subprocess.run(
        ("node", "validate.js"),
        cwd=project,
        input=json.dumps([PACKAGES, objects]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert validated.returncode == 0, validated.stderr
    return (compiled.stdout + validated.stdout).splitlines()


def test_operators_know_every_field(project: Path, objects: list[Object]) -> None:
    assert objects
    assert complaints(project, objects) == []


def test_a_wrong_field_is_found(project: Path, objects: list[Object]) -> None:
    (route, *_) = (json.loads(json.dumps(each)) for each in objects if each["kind"] == "HTTPRoute")
    route["spec"]["rules"][0]["wieght"] = 1
    (complaint,) = complaints(project, [route])
    assert "wieght" in complaint


def test_a_wrong_value_is_found(project: Path, objects: list[Object]) -> None:
    (secret, *_) = (json.loads(json.dumps(each)) for each in objects if each["kind"] == "ExternalSecret")
    secret["metadata"]["name"] = "Not A Name"
    del secret["spec"]["data"][0]["secretKey"]
    assert any("secretKey" in complaint for complaint in complaints(project, [secret]))

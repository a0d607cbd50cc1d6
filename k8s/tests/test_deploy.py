"""`make deploy … ON=k8s` as far as it goes without a cluster; its steps, against a kubectl that writes them down."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from devtools.given import ROOT
from k8s.tests.rendering import KUBECTL, Object, Tree, of_kind, pods

K8S = ROOT / "deploy/on/k8s.sh"
# Renders for real; what would go to a cluster is written down, and answered as the test says.
RECORDER = """#!/bin/sh
[ "$1" = kustomize ] && exec "{kubectl}" "$@"
[ "$1" != --namespace ] || shift 2
case $*" " in
    "apply "*) echo "apply $(grep -E '^(kind:|  name:)' "$3" | awk '{{ print $2 }}' | paste -sd ' ')" >>"{record}" ;;
    "get job auth-migrate"*) echo "${{MIGRATION:-Complete}}" ;;
    "get job"*) echo Complete ;;
    "get deployment"*) cat "{record}.$3" 2>/dev/null || echo 4; echo 5 >"{record}.$3" ;;
    "rollout status deployment/${{FAILING:-none}} "*) echo "$1 $2 $3" >>"{record}"; exit 1 ;;
    "get "*) ;;
    *) echo "$1 $2 $3 $4 $5" | sed 's/ *$//' >>"{record}" ;;
esac
"""


def deploy(service: str, tag: str, path: str = os.defpath, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [K8S, service, tag],
        env={"PATH": path, "KUBECONFIG": "/nonexistent"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def rendered(service: str, tag: str, **environment: str) -> list[Object]:
    result = deploy(service, tag, RENDER_ONLY="1", **environment)
    assert result.returncode == 0, result.stderr
    return list(yaml.safe_load_all(result.stdout))


@pytest.mark.parametrize("service", ["auth", "catalog", "counter", "vectors", "gateway"])
def test_only_what_is_the_services_own_is_applied_all_of_it_at_the_tag(service: str) -> None:
    objects = rendered(service, "2.0.0")
    assert {each["metadata"]["labels"]["app.kubernetes.io/component"] for each in objects} == {service}
    images = {each["image"] for _, pod in pods(objects) for each in pod["spec"]["containers"]}
    assert images == {f"registry.example/quartet/{service}:2.0.0"}


def test_everything_of_the_service_is_applied(tree: Tree) -> None:
    everything = {
        (each["kind"], each["metadata"]["name"])
        for each in tree.production()
        if each["metadata"]["labels"].get("app.kubernetes.io/component") == "auth"
    }
    assert {(each["kind"], each["metadata"]["name"]) for each in rendered("auth", "2.0.0")} == everything


def test_another_overlay_may_be_deployed(tree: Tree) -> None:
    objects = rendered("counter", "3", OVERLAY=str(tree.root / "k8s/overlays/dev"))
    assert {each["image"] for _, pod in pods(objects) for each in pod["spec"]["containers"]} == {"quartet/counter:3"}
    assert of_kind(objects, "Secret")


def test_without_a_cluster_it_says_so() -> None:
    result = deploy("catalog", "2.0.0")
    assert result.returncode == 69
    assert result.stderr.startswith("deploy: no cluster answers: ")
    assert result.stderr.count("\n") == 1


def test_without_kubectl_it_says_where_there_is_one(tmp_path: Path) -> None:
    copy = tmp_path / "deploy/on"
    shutil.copytree(K8S.parent, copy)
    bare = tmp_path / "bin"
    bare.mkdir()
    for program in ("sh", "dirname", "env"):
        (bare / program).symlink_to(str(shutil.which(program)))
    result = subprocess.run(
        [copy / "k8s.sh", "auth", "2"], env={"PATH": str(bare)}, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr.startswith("deploy: there is no kubectl")) == (69, True)


def test_an_overlay_that_is_not_there_is_refused() -> None:
    assert deploy("auth", "2", OVERLAY="/nowhere").returncode == 64


@pytest.fixture
def record(tmp_path: Path) -> Path:
    program = tmp_path / "kubectl"
    program.write_text(RECORDER.format(kubectl=KUBECTL, record=tmp_path / "record"))
    program.chmod(0o755)
    return tmp_path / "record"


def steps(record: Path, service: str = "auth", **environment: str) -> tuple[int, list[str]]:
    result = deploy(service, "2.0.0", f"{record.parent}:{os.defpath}", **environment)
    return result.returncode, record.read_text().splitlines()


def test_the_migration_runs_first_then_the_service_then_its_workers(record: Path) -> None:
    code, done = steps(record)
    assert code == 0
    first, *rest = done
    assert first.startswith("apply ServiceAccount")
    assert "Deployment" not in first
    assert rest == [
        "delete job auth-migrate --ignore-not-found",
        "apply Job auth-migrate",
        *(
            step
            for name in ("auth", "auth-mailer", "auth-upkeep")
            for step in (f"apply Deployment {name}", f"rollout status deployment/{name} --timeout 300s")
        ),
        "apply CronJob auth-purge PodDisruptionBudget auth HorizontalPodAutoscaler auth",
        "delete job auth-first-admin --ignore-not-found",
        "apply Job auth-first-admin",
    ]


def test_where_the_migration_fails_nothing_rolls(record: Path) -> None:
    code, done = steps(record, MIGRATION="Failed")
    assert code == 1
    assert not [step for step in done if "Deployment" in step]


def test_where_a_worker_does_not_become_ready_all_that_rolled_goes_back(record: Path) -> None:
    code, done = steps(record, FAILING="auth-mailer")
    assert code == 1
    assert [step for step in done if step.startswith("rollout undo")] == [
        f"rollout undo deployment/{name} --to-revision 4" for name in ("auth", "auth-mailer")
    ]
    assert not [step for step in done if step.startswith(("apply Deployment auth-upkeep", "apply CronJob"))]

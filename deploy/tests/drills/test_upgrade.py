"""`make deploy` on Compose: one service goes to another version, the others stay, and no request is refused."""

import io
import subprocess
from collections.abc import Iterator

import docker
import pytest

from deploy.tests.drills.load import light_load, refused
from deploy.tests.drills.scripts import run
from devtools.parts import COMMANDS, parts_of
from tests.integration.platform_client import Api, sign_up
from tests.integration.platform_compose import ComposePlatform

pytestmark = pytest.mark.containers

PARTS = (*COMMANDS, "gateway", "mysql", "redis")
# Versions that can be told apart: as today's, one that ends at once, one whose worker does.
VERSIONS = {
    ("catalog", "drill-good"): "LABEL drill=good",
    ("counter", "drill-good"): "LABEL drill=good",
    ("gateway", "drill-good"): "LABEL drill=good",
    ("catalog", "drill-lame"): 'ENTRYPOINT ["sh", "-c", "[ $1 != follow ] && exec service $@", "sh"]',
    ("catalog", "drill-dead"): 'ENTRYPOINT ["false"]',
    ("counter", "drill-dead"): 'ENTRYPOINT ["false"]',
    ("gateway", "drill-dead"): 'ENTRYPOINT ["false"]',
}


@pytest.fixture(scope="module", autouse=True)
def versions(platform: ComposePlatform) -> Iterator[None]:
    del platform  # whose images they are made of
    client = docker.from_env()
    for (service, tag), line in VERSIONS.items():
        dockerfile = io.BytesIO(f"FROM quartet/{service}:dev\n{line}\n".encode())
        client.images.build(fileobj=dockerfile, tag=f"quartet/{service}:{tag}", rm=True)
    yield
    for service, tag in VERSIONS:
        client.images.remove(f"quartet/{service}:{tag}", force=True)
    client.close()


def deploy(platform: ComposePlatform, service: str, tag: str) -> subprocess.CompletedProcess[str]:
    return run(platform, "deploy.sh", service, tag, "compose")


def state(platform: ComposePlatform) -> dict[str, tuple[str, str]]:
    """Each part's container and image."""
    containers = {part: platform.container(part) for part in PARTS}
    return {part: (each.id or "", each.attrs["Config"]["Image"]) for part, each in containers.items()}


def changed(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {part: after[part][1] for part in before if before[part] != after[part]}


@pytest.mark.parametrize("service", ["catalog", pytest.param("counter", marks=pytest.mark.slow)])
def test_one_service_goes_to_another_version_and_no_request_is_refused(
    platform: ComposePlatform, counter_port: int, service: str
) -> None:
    user, before = sign_up(Api(platform.url)), state(platform)
    with light_load(platform.url, user) as answers:
        result = deploy(platform, service, "drill-good")
    assert result.returncode == 0, result.stdout + result.stderr
    assert changed(before, state(platform)) == dict.fromkeys(parts_of(service), f"quartet/{service}:drill-good")
    assert refused(answers) == []
    assert {answer.service for answer in answers} == {"auth", "catalog", "counter", "vectors"}
    assert Api(f"http://127.0.0.1:{counter_port}").get("/health/ready").status_code == 200


def test_what_is_started_later_keeps_the_versions(platform: ComposePlatform) -> None:
    before = state(platform)
    assert before["catalog"][1] == "quartet/catalog:drill-good"
    platform.up()
    assert changed(before, state(platform)) == {}


@pytest.mark.parametrize(
    ("service", "tag"),
    [
        ("catalog", "drill-dead"),  # ends in its migration
        # Has none, and ends beside the old one.
        pytest.param("counter", "drill-dead", marks=pytest.mark.slow),
        pytest.param("catalog", "drill-lame", marks=pytest.mark.slow),
    ],
)
def test_a_version_that_does_not_start_is_put_back(platform: ComposePlatform, service: str, tag: str) -> None:
    user, before = sign_up(Api(platform.url)), state(platform)
    with light_load(platform.url, user) as answers:
        result = deploy(platform, service, tag)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{service} stays at {before[service][1].split(':')[1]}" in result.stderr
    images = {part: image for part, (_, image) in state(platform).items()}
    assert images == {part: image for part, (_, image) in before.items()}
    assert refused(answers) == []
    platform.wait_healthy()


def test_the_gateway_is_replaced_where_it_stands_or_not_at_all(platform: ComposePlatform) -> None:
    before = state(platform)
    assert deploy(platform, "gateway", "drill-dead").returncode == 1
    assert changed(before, state(platform)) == {}
    result = deploy(platform, "gateway", "drill-good")
    assert result.returncode == 0, result.stdout + result.stderr
    assert changed(before, state(platform)) == {"gateway": "quartet/gateway:drill-good"}
    platform.wait_healthy()

"""Secrets change while the platform works: the steps of docs/operations/secrets.md, under a light load."""

import pytest

from deploy.tests.drills.load import Answer, light_load, refused
from deploy.tests.drills.scripts import run
from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User, sign_up
from tests.integration.platform_compose import ComposePlatform
from tests.integration.routes import refused_everywhere

pytestmark = pytest.mark.containers


@pytest.fixture
def user(platform: ComposePlatform) -> User:
    return sign_up(Api(platform.url))


def rotate(platform: ComposePlatform, user: User, secret: str) -> list[Answer]:
    """Change a secret; return what was refused meanwhile."""
    before = (platform.secrets / secret).read_text()
    with light_load(platform.url, user) as answers:
        assert run(platform, "rotate.sh", secret).returncode == 0
    assert (platform.secrets / secret).read_text() != before
    platform.wait_healthy()
    return refused(answers)


def mysql_as(platform: ComposePlatform, url: str) -> bool:
    """Whether an account may still log in."""
    account, password = url.split("://")[1].split("@")[0].split(":")
    return logs_in(platform, "--host=127.0.0.1", f"--user={account}", f"--password={password}")


def logs_in(platform: ComposePlatform, *who: str) -> bool:
    return platform.container("mysql").exec_run(["mysql", *who, "--execute=SELECT 1"]).exit_code == 0


@pytest.mark.parametrize("secret", ["catalog_database_url", pytest.param("catalog_schema_url", marks=pytest.mark.slow)])
def test_a_password_of_the_database_changes_and_no_request_is_refused(
    platform: ComposePlatform, user: User, secret: str
) -> None:
    old = (platform.secrets / secret).read_text()
    assert mysql_as(platform, old)
    assert rotate(platform, user, secret) == []
    assert not mysql_as(platform, old)
    assert mysql_as(platform, (platform.secrets / secret).read_text())


def test_the_password_of_root_changes_and_backups_go_on(platform: ComposePlatform, user: User) -> None:
    old = (platform.secrets / "mysql_root_password").read_text().strip()
    assert logs_in(platform, "--user=root", f"--password={old}")
    assert rotate(platform, user, "mysql_root_password") == []
    assert not logs_in(platform, "--user=root", f"--password={old}")
    platform.back_up("catalog")


@pytest.mark.slow
def test_the_account_of_redis_changes_and_only_counter_is_away_for_a_moment(
    platform: ComposePlatform, user: User
) -> None:
    old = (platform.secrets / "redis_url").read_text().split("@")[0].split(":")[-1]
    assert {answer.service for answer in rotate(platform, user, "redis_url")} <= {"counter"}
    whoami = ["redis-cli", "--no-auth-warning", "--user", "counter", "--pass", old, "ping"]
    assert b"PONG" not in platform.container("redis").exec_run(whoami).output
    assert Api(platform.url).get("/api/counters/drill", token=user["access_token"]).json()["value"] > 0


def test_the_internal_secret_changes_and_revocations_go_on(platform: ComposePlatform, user: User) -> None:
    api = Api(platform.url)
    old = (platform.secrets / "internal_secret").read_text().strip()
    other = sign_up(api)
    # The one gateway of a host is away while it starts again with the new secret, and asks for names and keys then.
    assert {answer.status for answer in rotate(platform, user, "internal_secret")} <= {"ConnectionError", 502, 503}
    assert b"pull of feed: auth answers 401" not in platform.container("gateway").logs()
    assert feed_status(platform, old) == 401
    assert feed_status(platform, (platform.secrets / "internal_secret").read_text().strip()) == 200
    assert api.post("/api/auth/logout", token=other["access_token"]).status_code == 204
    eventually(lambda: refused_everywhere(api, other["access_token"]))


def feed_status(platform: ComposePlatform, secret: str) -> int:
    return Api(platform.address("auth")).get("/internal/feed?after=0&limit=1", token=secret).status_code

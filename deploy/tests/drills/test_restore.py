"""What docs/operations/backup.md says is done: a backup of a running platform, and each store brought back from it."""

from pathlib import Path
from typing import Any

import pytest

from deploy.tests.drills.scripts import run
from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User, log_in, sign_up
from tests.integration.platform_compose import ComposePlatform
from tests.integration.routes import refused_everywhere

pytestmark = pytest.mark.containers


def test_each_store_comes_back_as_it_was_at_the_backup(platform: ComposePlatform, tmp_path: Path) -> None:
    api = Api(platform.url)
    user = sign_up(api)
    kept, counted = offer(api, user), count(api, user)
    assert run(platform, "backup.sh", str(tmp_path)).returncode == 0
    assert {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == dict.fromkeys(
        ("auth.sql", "catalog.sql", "redis.tar"), 0
    )
    late, lost = sign_up(api), offer(api, user)
    assert count(api, user) == counted + 1

    for store in ("redis", "catalog", "auth"):
        assert run(platform, "restore.sh", store, str(tmp_path)).returncode == 0
    platform.wait_healthy()

    eventually(lambda: refused_everywhere(api, user["access_token"]))
    again = log_in(api, user["username"], user["email"], user["password"])
    assert count(api, again) == counted + 1
    assert api.get(f"/api/products/{kept}").status_code == 200
    assert api.get(f"/api/products/{lost}").status_code == 404
    credentials = {"username": late["username"], "password": late["password"]}
    assert api.post("/api/auth/login", json=credentials).status_code == 401


def offer(api: Api, user: User) -> Any:
    answer = api.post("/api/products", token=user["access_token"], json={"name": "Teapot", "price": 1})
    return answer.json()["id"]


def count(api: Api, user: User) -> int:
    return int(api.post("/api/counters/cups/increment", token=user["access_token"]).json()["value"])

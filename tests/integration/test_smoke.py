"""The platform comes up, and what the launcher prints is true."""

import json
import subprocess
from collections.abc import Callable

from devtools.welcome import lines_to_try
from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User


def test_a_new_user_counts_a_visit(api: Api, new_user: Callable[[], User]) -> None:
    user = new_user()

    assert api.get("/api/count", token=user["access_token"]).json()["visits"] >= 1
    assert api.get("/api/count").status_code == 401


def test_the_printed_commands_work(platform: Platform) -> None:
    lines = lines_to_try(platform.url, str(platform.admin_password_file))

    output = subprocess.run(
        ("sh", "-ec", "; echo; ".join(lines)), capture_output=True, text=True, check=True
    ).stdout.split("\n")

    products, count = (json.loads(line) for line in output if line)
    assert "items" in products
    assert count["visits"] >= 1


def test_a_killed_service_comes_back(platform: Platform, api: Api, admin: User) -> None:
    platform.kill("auth")
    platform.kill("gateway")
    platform.wait_healthy()

    eventually(lambda: api.get("/api/auth/me", token=admin["access_token"]).json().get("username") == "admin")

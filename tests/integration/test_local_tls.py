"""`make run TLS=1`: the whole platform over https, with a certificate of this machine's own."""

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from devtools.welcome import lines_to_try
from tests.integration.platform_choice import Platform, kind_of_platform
from tests.integration.platform_client import Api, sign_up
from tests.integration.platform_embedded import EmbeddedPlatform

pytestmark = pytest.mark.skipif(kind_of_platform() != "embedded", reason="the certificate is the launcher's")


@pytest.fixture(scope="module")
def platform(launch_for_module: Callable[..., Platform]) -> EmbeddedPlatform:
    platform = launch_for_module(TLS="1", TLS_PORT="0")
    assert isinstance(platform, EmbeddedPlatform)
    return platform


@pytest.fixture
def api(platform: EmbeddedPlatform) -> Api:
    api = Api(platform.public_url)
    api.session.verify = str(platform.authority)
    return api


def test_links_and_cookies_are_for_https(platform: EmbeddedPlatform, api: Api) -> None:
    user = sign_up(api)
    mails = api.get("/mailbox/messages").json()
    link = re.search(r"\S+/api/auth/confirm\?token=", next(m["text"] for m in mails if m["to"] == user["email"]))
    assert link is not None
    assert link[0].startswith(f"{platform.public_url}/")
    login = {"username": user["username"], "password": user["password"], "mode": "cookie"}
    cookie = api.post("/api/auth/login", json=login, headers={"Origin": platform.public_url}).headers["Set-Cookie"]
    assert cookie.startswith("__Secure-")
    assert "; Secure" in cookie
    answer = api.post("/api/auth/refresh", headers={"Origin": platform.public_url})
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=0"


def test_http_only_leads_there_and_tells_its_health(platform: EmbeddedPlatform) -> None:
    without = Api(platform.url)
    answer = without.get("/api/ping?x=1", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{platform.public_url}/api/ping?x=1")
    assert without.get("/health").json()["status"] == "ok"


def test_the_printed_commands_work(platform: EmbeddedPlatform) -> None:
    lines = lines_to_try(platform.public_url, str(platform.admin_password_file), platform.authority)
    script = "; echo; ".join(lines)
    output = subprocess.run(("sh", "-ec", script), capture_output=True, text=True, check=True).stdout.split("\n")
    products, count = (json.loads(line) for line in output if line)
    assert "items" in products
    assert count["visits"] >= 1

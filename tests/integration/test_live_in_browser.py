"""What counter's README gives a page to read streams with, and badges, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.given import ROOT
from gateway.tests.browser import Browser
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, sign_up

pytestmark = pytest.mark.needs("chromium")

README = (ROOT / "services/counter/README.md").read_text()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as browser:
        yield browser


@pytest.fixture
def api(hasty_platform: Platform) -> Iterator[Api]:
    """A platform whose streams end soon."""
    api = Api(hasty_platform.url)
    yield api
    api.session.close()


def add(api: Api, user: User) -> None:
    assert api.post("/api/counters/coffee/increment", token=user["access_token"]).status_code == 200


def test_a_page_follows_a_counter_over_many_streams(browser: Browser, api: Api) -> None:
    user = sign_up(api)
    add(api, user)
    (follow,) = re.findall(r"```js\n(.*?)```", README, re.DOTALL)
    browser.open(api.url)
    browser.value(f"""{follow}
        globalThis.shown = [];
        globalThis.tokens = 0;
        const token = async () => {{ tokens += 1; return '{user["access_token"]}'; }};
        follow('coffee', token, (value) => shown.push(value)).then(() => {{ globalThis.ended = true; }});
        null""")
    browser.until("shown.at(-1) === 1")
    add(api, user)
    browser.until("shown.at(-1) === 2")
    browser.until("tokens === 3")
    add(api, user)
    browser.until("shown.at(-1) === 3")
    api.delete("/api/counters/coffee", token=user["access_token"])
    browser.until("globalThis.ended")
    assert browser.wrong == []


def test_a_page_of_another_site_has_a_badge_in_it(browser: Browser, api: Api, tmp_path: Path) -> None:
    user = sign_up(api)
    add(api, user)
    url = api.put("/api/counters/coffee/badge", token=user["access_token"], json={"label": "☕ <b>&"}).json()["url"]
    path = "/" + url.split("/", 3)[3]
    (tmp_path / "page.html").write_text(f'<!doctype html><title>Other</title><img src="{api.url}{path}" alt="cups">')
    browser.open((tmp_path / "page.html").as_uri())
    browser.until("document.images[0].complete")
    assert browser.value("[document.images[0].naturalHeight, document.images[0].naturalWidth > 50]") == [20, True]
    browser.open(api.url + path)
    assert browser.value("document.querySelector('title').textContent") == "☕ <b>&: 1"
    assert browser.value("document.documentElement.getAttribute('role')") == "img"
    assert browser.wrong == []

"""The pages in a real browser: they work, nothing is complained of, and nothing else than the gateway is asked."""

import json
import re
from collections.abc import Iterator

import pytest

from gateway.tests.browser import Browser
from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing.waiting import eventually

pytestmark = pytest.mark.needs("chromium")

SHAPES = [("light", 1280), ("dark", 390)]
COUNT = ".opblock[id$=counter_get_visits_count_visit]"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    chromium.renew()
    return chromium


def check(browser: Browser, gateway: Gateway) -> None:
    """Nothing went wrong, nobody else was asked, and the page is no wider than the screen."""
    assert browser.wrong == []
    asked = [url for url in browser.requested if not url.startswith("data:")]
    assert [url for url in asked if not url.startswith(gateway.url)] == []
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")


def open_docs(browser: Browser, gateway: Gateway, path: str = "/docs") -> None:
    browser.open(gateway.url + path)
    browser.until("document.querySelector('.opblock') !== null")


@pytest.mark.parametrize(("scheme", "width"), SHAPES)
def test_the_landing_page_shows_the_state_of_every_service(
    gateway: Gateway, browser: Browser, scheme: str, width: int
) -> None:
    browser.show_as(scheme=scheme, width=width)
    browser.open(gateway.url)
    browser.until("document.getElementById('platform').textContent === 'All services are ready.'")
    states = "[...document.querySelectorAll('.card')].map((card) => card.querySelector('.state').textContent)"
    assert browser.value(states) == ["Ready"] * 4
    dark = browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 27)"
    assert dark == (scheme == "dark")
    check(browser, gateway)


def test_a_service_that_is_away_is_shown_so(start: Start, browser: Browser) -> None:
    gateway = start()
    gateway.services["counter"].stop()
    browser.open(gateway.url)
    browser.until("document.querySelector('.card[data-service=counter] .state').textContent === 'Not ready'")
    assert browser.value("document.getElementById('platform').textContent") == "Not ready: counter."
    check(browser, gateway)


def test_the_first_calls_name_this_gateway_and_can_be_copied(gateway: Gateway, browser: Browser) -> None:
    browser.open(gateway.url)
    browser.until("document.querySelector('.steps button') !== null")
    calls = browser.value("[...document.querySelectorAll('.steps code')].map((code) => code.textContent).join('\\n')")
    assert set(re.findall(r"https?://[^/]+", calls)) == {gateway.url}
    browser.allow("clipboardReadWrite", "clipboardSanitizedWrite")
    browser.click(".steps button")
    browser.until("document.querySelector('.steps button').textContent === 'Copied'")
    assert browser.value("navigator.clipboard.readText()") == browser.value(
        "document.querySelector('.steps code').textContent"
    )
    check(browser, gateway)


@pytest.mark.parametrize(("scheme", "width"), SHAPES)
def test_a_call_can_be_tried_out_with_a_token(gateway: Gateway, browser: Browser, scheme: str, width: int) -> None:
    gateway.services["counter"].answers["/api/count"] = (200, {"Content-Type": "application/json"}, b'{"visits": 4711}')
    browser.show_as(scheme=scheme, width=width)
    open_docs(browser, gateway)
    browser.click("button.authorize")
    browser.type_into(".auth-container input", token := gateway.auth.keys[0].token())
    browser.click(".auth-btn-wrapper .authorize")
    browser.click(".auth-btn-wrapper .btn-done")
    try_it_out(browser)
    (seen,) = gateway.services["counter"].seen
    assert (seen.path, dict(seen.headers)["Authorization"]) == ("/api/count", f"Bearer {token}")
    check(browser, gateway)


def try_it_out(browser: Browser) -> None:
    browser.click(f"{COUNT} .opblock-summary-control")
    browser.click(f"{COUNT} .try-out__btn")
    browser.click(f"{COUNT} .execute")
    browser.until(f"(document.querySelector('{COUNT} .live-responses-table')?.textContent || '').includes('4711')")


def test_the_document_of_one_service_can_be_chosen_and_the_token_stays(gateway: Gateway, browser: Browser) -> None:
    open_docs(browser, gateway, "/docs/")
    names = browser.value("[...document.getElementById('document').options].map((option) => option.text)")
    assert names == ["all services", "auth", "catalog", "counter", "vectors"]
    browser.click("button.authorize")
    browser.type_into(".auth-container input", gateway.auth.keys[0].token())
    browser.click(".auth-btn-wrapper .authorize")
    browser.click(".auth-btn-wrapper .btn-done")
    for service, title in (("counter", "Quartet counter"), ("auth", "Quartet auth"), ("all services", "Quartet")):
        choose = f"[...chooser.options].find((option) => option.text === {json.dumps(service)}).selected = true"
        browser.value(f"{choose}; chooser.dispatchEvent(new Event('change'))")
        browser.until(f"document.querySelector('.info h1, .info h2')?.firstChild.textContent === {json.dumps(title)}")
        browser.until("document.querySelector('.authorize.locked') !== null")
    check(browser, gateway)


def test_a_link_can_name_the_service(gateway: Gateway, browser: Browser) -> None:
    open_docs(browser, gateway, "/docs?service=vectors")
    assert browser.value("document.getElementById('document').value") == "/openapi/vectors.json"
    check(browser, gateway)


def test_swagger_of_an_older_system_is_that_page_and_shows_its_routes_as_deprecated(
    gateway: Gateway, browser: Browser
) -> None:
    open_docs(browser, gateway, "/swagger/")
    deprecated = "document.querySelector('.opblock-tag-section:last-child .opblock-deprecated') !== null"
    assert browser.value(deprecated)
    check(browser, gateway)


def test_a_policy_that_is_broken_would_be_noticed(gateway: Gateway, browser: Browser) -> None:
    browser.open(gateway.url)
    browser.value("document.body.setAttribute('style', 'color: red')")
    browser.value("fetch('http://127.0.0.1:9/').catch(() => null)")
    eventually(lambda: browser.value("1") and len([each for each in browser.wrong if each.startswith("policy")]) >= 2)

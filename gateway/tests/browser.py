"""One page of a browser, and all that goes wrong in it."""

import base64
import json
from pathlib import Path
from typing import Any

from gateway.tests.chromium import DEADLINE, Chromium, Event
from quartet.testing.waiting import eventually


class Browser(Chromium):
    """A browser with one page, used as a person would; `wrong` has what the console and the policy complain of."""

    def __init__(self, profile: Path) -> None:
        super().__init__(profile, self._note)
        self._page: str | None = None
        self._context: str | None = None
        self.renew()

    def renew(self) -> None:
        """Open another page, which knows nothing of the one before."""
        self.wrong: list[str] = []
        self.requested: list[str] = []
        if self._context:
            self.call("Target.disposeBrowserContext", {"browserContextId": self._context})
        self._context = self.call("Target.createBrowserContext", {})["browserContextId"]
        page = self.call("Target.createTarget", {"url": "about:blank", "browserContextId": self._context})
        self._page = self.call("Target.attachToTarget", {**page, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Audits", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def ask(self, method: str, **parameters: Any) -> Event:
        return self.call(method, parameters, self._page)

    def allow(self, *permissions: str) -> None:
        self.call("Browser.grantPermissions", {"permissions": permissions, "browserContextId": self._context})

    def open(self, url: str) -> None:
        self.ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def show_as(self, *, scheme: str, width: int, height: int = 900) -> None:
        """Emulate a device: light or dark, this many CSS pixels wide."""
        wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.ask("Emulation.setEmulatedMedia", features=features)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def screenshot(self, path: Path) -> None:
        """The whole page, not only what is seen of it."""
        image = self.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(image))

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is in the page; a promise is awaited."""
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """The first true value of an expression."""
        try:
            return eventually(lambda: self.value(expression), DEADLINE, expression)
        except AssertionError as never:
            never.add_note(f"wrong: {self.wrong}")
            raise

    def click(self, selector: str) -> None:
        self._await(selector)
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def type_into(self, selector: str, text: str) -> None:
        """Type as a keyboard would, so that the page's own code hears of it."""
        self._await(selector)
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)

    def _await(self, selector: str) -> None:
        self.until(f"document.querySelector({json.dumps(selector)}) !== null")

    def _note(self, session: str | None, method: str, event: Event) -> None:
        if session != self._page:
            return
        match method:
            case "Network.requestWillBeSent":
                self.requested.append(event["request"]["url"])
            case "Runtime.exceptionThrown":
                self.wrong.append(f"exception: {event['exceptionDetails']}")
            case "Runtime.consoleAPICalled" if event["type"] in ("error", "warning", "assert"):
                self.wrong.append(f"console: {[each.get('value', each.get('description')) for each in event['args']]}")
            case "Log.entryAdded" if event["entry"]["level"] in ("error", "warning"):
                self.wrong.append(f"log: {event['entry']['text']} {event['entry'].get('url', '')}")
            case "Audits.issueAdded" if event["issue"]["code"] == "ContentSecurityPolicyIssue":
                self.wrong.append(f"policy: {event['issue']['details']}")

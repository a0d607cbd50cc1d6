"""The first calls of the landing page, pasted into a shell one after the other."""

import html
import json
import re
import secrets
import subprocess
from typing import Any

import pytest

from tests.integration.platform_client import Api, mails_are_shown, wait_for_mail

PRINTED = "http://localhost:8080"


@pytest.mark.needs("curl")
def test_the_first_calls_of_the_page_work(api: Api) -> None:
    if not mails_are_shown(api):
        pytest.skip("needs a mailbox at the platform")
    name = f"ada-{secrets.token_hex(6)}"

    def shown(code: str) -> str:
        """A call as the page's script shows it, with a name of this test's own."""
        text = html.unescape(re.sub("<[^>]+>", "", code)).replace(PRINTED, api.url)
        return text.replace('"ada"', f'"{name}"').replace("ada@", f"{name}@")

    sign_up, *others = map(shown, re.findall("<pre[^>]*><code>(.*?)</code></pre>", steps(api), re.DOTALL))
    (pending,) = paste(sign_up)
    assert pending["email_confirmed"] is False

    mail = wait_for_mail(api, f"{name}@people.example")
    (code,) = re.findall(r"\b\d{6}\b", mail["text"].replace(name, ""))
    confirmed, visits, product, products, vector, refused = paste(
        *(call.replace("CODE=123456", f"CODE={code}") for call in others)
    )
    assert confirmed["user"]["email_confirmed"] is True
    assert visits["visits"] >= 1
    assert (product["name"], product["price"], product["owner"]) == ("Teapot", 19.99, name)
    assert product in products["items"]
    assert len(vector["vector"]) == 500
    assert refused["code"] == "token_revoked"


def steps(api: Api) -> str:
    page = api.get("/").text
    return page[page.index('<ol class="steps">') : page.index("</ol>")]


def paste(*calls: str) -> list[dict[str, Any]]:
    """Run the calls in one shell; returns the documents that they print."""
    output = subprocess.run(["sh", "-eu"], input="\n".join(calls), capture_output=True, text=True, check=True).stdout
    decoder, found = json.JSONDecoder(), []
    while output := output.lstrip():
        document, end = decoder.raw_decode(output)
        found.append(document)
        output = output[end:]
    return found

"""A name of another script, all the way: sign-up, mail, token, gateway, catalog."""

import secrets
from unicodedata import normalize

import pytest

from tests.integration.platform_client import Api, confirmation_token, mails_are_shown, patiently, wait_for_mail

PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize("name", ["Сергей", "𠮷野家", "rene\u0301", "ＡＤＡ"])
def test_a_user_of_any_script_signs_up_sells_and_logs_in_again(api: Api, name: str) -> None:
    if not mails_are_shown(api):
        pytest.skip("needs a mailbox at the platform")
    number = secrets.randbelow(10**12)
    email = f"user-{number}@people.example"
    pending = patiently(api, "/api/auth/signup", {"username": f"{name}{number}", "email": email, "password": PASSWORD})
    assert pending.status_code == 202, pending.text
    shown = pending.json()["username"]
    assert shown == normalize("NFKC", f"{name}{number}")
    patiently(api, "/api/auth/confirm", {"token": confirmation_token(wait_for_mail(api, email))})

    login = patiently(api, "/api/auth/login", {"username": f"{name}{number}".lower(), "password": PASSWORD}).json()
    token = login["access_token"]
    assert api.get("/api/auth/me", token=token).json()["username"] == login["user"]["username"] == shown
    created = api.post("/api/products", token=token, json={"name": "茶", "price": 1, "currency": "EUR"})
    assert created.json()["owner"] == api.get(created.headers["Location"]).json()["owner"] == shown
    assert api.get("/api/count", token=token).status_code == 200

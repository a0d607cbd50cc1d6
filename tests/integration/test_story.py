"""The whole story of a user, as a frontend would live it."""

import re
import secrets

import pytest

from tests.integration.platform_client import Api, confirmation_token, mails_are_shown, wait_for_mail

PASSWORD = "correct horse battery staple"


def test_a_user_signs_up_confirms_works_and_leaves(api: Api) -> None:
    if not mails_are_shown(api):
        pytest.skip("needs a mailbox at the platform")
    name = f"story-{secrets.token_hex(6)}"
    email = f"{name}@people.example"
    pending = api.post("/api/auth/signup", json={"username": name, "email": email, "password": PASSWORD})
    assert pending.status_code == 202
    assert pending.json()["email_confirmed"] is False

    token = confirmation_token(wait_for_mail(api, email))
    for _ in range(2):
        page = api.get("/api/auth/confirm", params={"token": token})
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
    credentials = {"email": email, "password": PASSWORD}
    assert api.post("/api/auth/login", json=credentials).json()["code"] == "email_not_confirmed"

    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    (hidden,) = re.findall(r'name="token" value="([^"]+)"', page.text)
    confirmed = api.post(action, data={"token": hidden})
    assert confirmed.status_code == 200
    assert confirmed.headers["Content-Type"].startswith("text/html")

    login = api.post("/api/auth/login", json=credentials).json()
    access = login["access_token"]
    assert login["user"]["email_confirmed"] is True
    assert api.get("/api/auth/me", token=access).json()["username"] == name

    created = api.post("/api/products", token=access, json={"name": "Teapot", "price": 1999.99, "currency": "EUR"})
    assert created.status_code == 201
    assert '"price":1999.99,' in created.text
    product = api.get(created.headers["Location"]).json()
    assert product["owner"] == name
    assert product in api.get("/api/products", token=access).json()["items"]
    assert api.get("/api/products/my", token=access).json()["items"] == [product]

    first, second = (api.get("/api/count", token=access).json()["visits"] for _ in range(2))
    assert second > first
    assert api.post("/api/counters/cups/increment", token=access, json={"by": 3}).json()["value"] == 3
    assert api.get("/api/counters/cups", token=access).json() == {"name": "cups", "value": 3}

    one = api.post("/api/vectors", token=access, json={"sentence": "a cup of tea"}).json()
    many = api.post("/api/vectors", token=access, json={"sentences": ["a cup of tea", "a pot"]}).json()
    assert len(one["vector"]) == 500
    assert many["vectors"][0] == one["vector"]

    refreshed = api.post("/api/auth/refresh", json={"refresh_token": login["refresh_token"]}).json()
    assert api.get("/api/auth/me", token=refreshed["access_token"]).status_code == 200
    assert api.post("/api/auth/logout", token=refreshed["access_token"]).status_code == 204
    assert api.post("/api/auth/refresh", json={"refresh_token": refreshed["refresh_token"]}).status_code == 401

"""Header fields that claim what only the gateway may say: who is asking, from where, for whom, by which method."""

import secrets

import pytest

from tests.integration.attacks.wire import ask
from tests.integration.platform_client import Api, User, log_in, mails_are_shown, wait_for_mail

Claim = tuple[str, ...]


IDENTITY: list[Claim] = [
    ("X-User-Id: {}", "X-Session-Id: {}", "X-Roles: admin"),
    ("x-user-id: {}", "x-session-id: {}", "x-roles: admin"),
    ("X-USER-ID: {}", "X-SESSION-ID: {}", "X-ROLES: admin"),
    ("X_User_Id: {}", "X_Session_Id: {}", "X_Roles: admin"),
    ("X-User_Id: {}", "X-Session_Id: {}", "X-Roles_: admin"),
    ("HTTP_X_USER_ID: {}", "HTTP_X_SESSION_ID: {}", "HTTP_X_ROLES: admin"),
    ("X-User-Id: {}", "X-User-Id: {}", "X-Roles: user", "X-Roles: admin"),
    ("X-User-Id:{}", "X-Session-Id:\t{}", "X-Roles:  admin  "),
    ("X-User-Id\xa0: {}", "X-Roles\x80: admin", "X\xadRoles: admin"),
    ("X-User: {}", "X-Remote-User: {}", "Remote-User: {}", "X-Forwarded-User: {}", "X-Auth-Request-User: {}"),
    ("X-Auth-Code: ok", "X-User-Id: {}", "X-Roles: admin"),
    ("X-Original-URL: /api/ping", "X-Rewrite-URL: /api/ping", "X-Original-URI: /api/ping"),
    ("X-Original-Method: OPTIONS", "X-HTTP-Method-Override: OPTIONS", "X-HTTP-Method: OPTIONS"),
    ("X-Accel-Redirect: /_check", "X-Sendfile: /etc/passwd", "X-Accel-Internal: 1"),
    ("X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1"),
    ("Connection: close, X-User-Id, X-Roles", "X-User-Id: {}", "X-Roles: admin"),
    ("X-Y: z\nX-User-Id: {}\nX-Roles: admin",),
]


def written(claim: Claim, subject: str) -> list[str]:
    return [field.replace("{}", subject) for field in claim]


@pytest.mark.parametrize("claim", IDENTITY)
def test_a_claimed_identity_opens_nothing(api: Api, claim: Claim) -> None:
    fields = written(claim, "1")
    for path in ("/api/auth/me", "/api/products/my", "/api/count", "/api/users", "/api/counters/x"):
        assert ask(api.url, path, *fields).code == "token_missing"
    assert ask(api.url, "/api/ping", *fields).body == ask(api.url, "/api/ping").body


@pytest.mark.parametrize("claim", IDENTITY)
def test_a_claimed_identity_changes_nothing_about_who_the_token_names(
    api: Api, victim: User, bearer: str, claim: Claim
) -> None:
    fields = (*written(claim, "1"), bearer)
    me = ask(api.url, "/api/auth/me", *fields)
    assert f'"{victim["username"]}"'.encode() in me.body
    for method, path in (("GET", "/api/users"), ("GET", "/api/audit"), ("DELETE", "/api/users/1")):
        assert ask(api.url, path, *fields, method=method).code == "forbidden"


@pytest.mark.parametrize(
    "hop",
    ["Authorization", "authorization, X-Request-ID", "Host", "Content-Length, Cookie", "Connection", "TE, Upgrade"],
)
def test_no_client_says_which_fields_the_gateway_leaves_out(api: Api, bearer: str, hop: str) -> None:
    """Connection names fields that end here (RFC 9110 §7.6.1); taken at its word, it would strip what we add."""
    request_id = secrets.token_hex(8)
    answer = ask(api.url, "/api/auth/me", bearer, f"X-Request-ID: {request_id}", f"Connection: {hop}")
    assert (answer.status, answer.request_id) == (200, request_id)


def test_a_claimed_address_is_not_the_address_of_a_session(api: Api, victim: User) -> None:
    names = ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X_Forwarded_For")
    claims = dict.fromkeys(names, "203.0.113.66") | {"Forwarded": "for=203.0.113.66"}
    before = {each["id"] for each in api.get("/api/auth/sessions", token=victim["access_token"]).json()["items"]}
    api.session.headers.update(claims)
    log_in(api, victim["username"], "", victim["password"])
    after = api.get("/api/auth/sessions", token=victim["access_token"]).json()["items"]
    (new,) = [each for each in after if each["id"] not in before]
    assert new["ip"] != "203.0.113.66"


HOSTS: list[Claim] = [
    ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 666"),
    ("X-Host: evil.example", "X-Original-Host: evil.example", "X-Forwarded-Server: evil.example"),
    ("Forwarded: host=evil.example;proto=https", "X-Forwarded-Prefix: //evil.example"),
    ("X_Forwarded_Host: evil.example", "Origin: https://evil.example", "Referer: https://evil.example/"),
]


@pytest.mark.parametrize("claim", HOSTS)
def test_a_claimed_host_is_in_no_answer(api: Api, bearer: str, claim: Claim) -> None:
    product = b'{"name":"Teapot","price":1}'
    typed = "Content-Type: application/json"
    for path in ("/", "/health", "/api/products", "/api/auth/confirm", "/.well-known/jwks.json", "/nothing", "/docs"):
        answer = ask(api.url, path, *claim)
        assert "evil.example" not in f"{answer.headers}{answer.body!r}"
    created = ask(api.url, "/api/products", bearer, typed, *claim, method="POST", body=product)
    assert created.status == 201
    assert "evil.example" not in str(created.headers)


def test_a_link_in_a_mail_leads_to_us_and_not_to_a_claimed_host(api: Api, victim: User) -> None:
    if not mails_are_shown(api):
        pytest.skip("needs a mailbox at the platform")
    claims = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    asked = api.post("/api/auth/password/forgot", json={"email": victim["email"]}, headers=claims)
    assert asked.status_code == 202
    mail = wait_for_mail(api, victim["email"], "password")
    assert "evil.example" not in str(mail)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE"])
@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X_HTTP_Method"])
def test_a_method_in_a_header_is_none(api: Api, bearer: str, name: str, method: str) -> None:
    assert ask(api.url, "/api/auth/me", bearer, f"{name}: {method}").status == 200
    assert ask(api.url, f"/api/auth/me?_method={method}", bearer, f"{name}: {method}").status in {200, 422}
    assert ask(api.url, "/api/auth/me", bearer, f"{name}: {method}", method="POST").code == "method_not_allowed"
    assert ask(api.url, "/api/auth/me", bearer).status == 200

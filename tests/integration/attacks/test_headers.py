"""Header fields that claim what only the gateway may say, and fields that are none."""

import re
import secrets

import pytest

from tests.integration.attacks.wire import ask, exchange
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
    "name", ["X-User-Id ", "X-Roles\t", " X-Roles", "X Roles", "X-Roles\0", "X-Roles\r", "Authorization ", "Host "]
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me"])
def test_a_name_with_a_space_or_a_control_character_is_refused(api: Api, bearer: str, path: str, name: str) -> None:
    assert ask(api.url, path, bearer, f"{name}: admin").code == "malformed_request"


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


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "DEBUG", "PURGE", "PROPFIND", "M-SEARCH", "X" * 30, "X" * 7000])
@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/api/auth/me", "/health/live"])
def test_an_unknown_method_is_refused_and_echoes_nothing(api: Api, bearer: str, path: str, method: str) -> None:
    answer = ask(api.url, path, bearer, method=method)
    assert answer.code == "method_not_allowed"
    assert "GET" in answer.headers["Allow"]
    assert b"Bearer" not in answer.body


@pytest.mark.parametrize("method", ["get", "Get", "G$T", "GET/", "", "\xc7ET", "G\0ET", '"GET"', "GET:"])
def test_what_is_no_method_is_refused(api: Api, method: str) -> None:
    assert ask(api.url, "/api/ping", method=method).code == "malformed_request"


REQUEST_IDS = [
    "short",
    "x" * 65,
    "x" * 7000,
    "a b c d e f",
    "semi;colon",
    "<script>1</script>",
    "../../etc/x",
    "\xe9" * 9,
]


@pytest.mark.parametrize("sent", REQUEST_IDS)
def test_a_request_id_that_is_none_comes_back_nowhere(api: Api, sent: str) -> None:
    for path in ("/api/ping", "/api/products/999999999", "/nothing", "/api/count"):
        answer = ask(api.url, path, f"X-Request-ID: {sent}", f"X-Request-ID: {sent}", f"traceparent: {sent}")
        assert re.fullmatch("[0-9a-f]{32}", answer.request_id)
        assert sent.encode("latin-1") not in str(answer.headers).encode() + answer.body


@pytest.mark.parametrize(
    "fields",
    [
        ("X: \0",),
        ("X: a\rSet-Cookie: b",),
        (": value",),
        ("X\x01Y: z",),
        ("X: y\r\n folded",),
        ("Host: second.example",),
        ("Host:",),
        ("host: evil.example",),
    ],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me", "/nothing"])
def test_a_field_that_is_none_is_refused(api: Api, bearer: str, path: str, fields: Claim) -> None:
    assert ask(api.url, path, bearer, *fields).code == "malformed_request"


@pytest.mark.parametrize("value", ["a\x01b", "\x1b[31m", "a\x7fb", "a\x0bb", "a\x0c"])
def test_a_control_character_that_nginx_lets_pass_is_refused_by_the_service(api: Api, bearer: str, value: str) -> None:
    for path in ("/api/ping", "/api/products?limit=1", "/api/auth/me"):
        answer = ask(api.url, path, bearer, f"X: {value}")
        assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
        assert b'"malformed_request"' in answer.body
        assert value.encode() not in answer.body


@pytest.mark.parametrize(
    "fields",
    [
        ["X-Long: " + "x" * 9000],
        ["X" * 9000 + ": y"],
        ["X: y"] * 1001,
        [f"X-{number}: y" for number in range(1001)],
        [f"X-{number}: {'y' * 7000}" for number in range(6)],
        ["Authorization: Bearer " + "x" * 9216],
        ["Cookie: a=b"] * 1001,
        [f"Cookie: a{number}={'b' * 7000}" for number in range(6)],
    ],
    ids=["value", "name", "1001 same", "1001 others", "42 kB", "token of 9 KiB", "1001 cookies", "42 kB of cookies"],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me", "/api/auth/refresh"])
def test_too_much_of_a_header_is_refused(api: Api, path: str, fields: list[str]) -> None:
    assert ask(api.url, path, *fields).code == "headers_too_large"


@pytest.mark.parametrize(
    "fields",
    [
        ["NoColon"],
        ["X(y): z", "X\xff: y", "X{}: y"],
        ["X: \xff\xfe\x80"],
        [f"Cookie: a{number}={'b' * 7000}" for number in range(4)],
        ["Cookie: " + "a=b; " * 1500],
        ['Cookie: =;;;"\\\xff=', "Cookie: __Host-quartet_refresh=x; quartet_refresh=y"],
        ["Range: bytes=" + ",".join(f"{number}-" for number in range(1000))],
        ["If-None-Match: " + '"a",' * 1500],
        ["If-Modified-Since: never", "If-Match: *", "If-Range: x"],
        ["Accept: " + "a/b;q=0.1," * 700],
        ["Accept-Language: " + "en-US;q=0.5," * 500],
        ["Accept-Encoding: " + "gzip;q=0.5," * 600],
        ["tracestate: " + "a=b," * 1500, "baggage: " + "a=b," * 1500, "traceparent: 00-0-0-0"],
        ["TE: trailers, chunked", "Upgrade: foo/2", "Max-Forwards: 0", "Via: 1.1 x", "CDN-Loop: x"],
    ],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/", "/health", "/api/auth/confirm?token=x"])
def test_a_strange_field_that_is_allowed_harms_nobody(api: Api, path: str, fields: list[str]) -> None:
    answer = ask(api.url, path, *fields)
    assert answer.status in {200, 206}


@pytest.mark.parametrize(
    "host", ["a/b", "a@b", "a b", "a:b", "a:99999", "a..b", 'a"><script>', "a\0", "\xff", "[::1", "a" * 9000]
)
def test_a_host_that_is_none_is_refused(api: Api, host: str) -> None:
    data = f"GET /api/ping HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    (answer,) = exchange(api.url, data.encode("latin-1"))
    assert answer.code in {"malformed_request", "headers_too_large"}


def test_nothing_of_the_services_software_is_told(api: Api, bearer: str) -> None:
    for path in ("/api/ping", "/api/auth/me", "/nothing", "/api/products/999999999", "/api//x"):
        told = str(ask(api.url, path, bearer).headers)
        assert not re.search(r"gunicorn|werkzeug|python|nginx/|flask|X-Powered-By|X-Accel", told, re.IGNORECASE)

"""Users, as admins look after them."""

from typing import Any

import pytest
from sqlalchemy import event

from auth import repository
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.people import Person, admin, user

ADMINS_OWN = [
    ("GET", "/api/users", None),
    ("PATCH", "/api/users/{id}", {"disabled": True}),
    ("POST", "/api/users/{id}/revoke", None),
    ("DELETE", "/api/users/{id}", None),
    ("GET", "/api/audit", None),
]


def pages(root: Person, query: str, limit: int) -> list[list[str]]:
    found, cursor = [], ""
    while True:
        answer = root.get(f"/api/users?limit={limit}{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        found.append([each["username"] for each in page["items"]])
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def names(root: Person, query: str) -> list[str]:
    return pages(root, query, 100)[0]


def actions(root: Person) -> list[str]:
    return [each["action"] for each in root.get("/api/audit?limit=100").get_json()["items"]]


@pytest.mark.parametrize(("method", "path", "body"), ADMINS_OWN)
def test_what_is_the_admins_is_refused_to_others(api: Api, method: str, path: str, body: Any) -> None:
    root, ada = admin(api), user(api, "ada")
    answer = ada.call(method, path.format(id=root.id), body)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_users_are_paged_newest_first_or_by_name(api: Api) -> None:
    root = admin(api)
    for name in ("Carol", "ada", "Bob"):
        user(api, name)
    assert pages(root, "", 2) == [["Bob", "ada"], ["Carol", "root"]]
    assert pages(root, "&sort=username", 3) == [["ada", "Bob", "Carol"], ["root"]]


def test_a_sign_up_that_waits_is_no_user_yet(api: Api) -> None:
    root = admin(api)
    api.sign_up("ada")
    assert names(root, "") == ["root"]


def test_users_are_found_by_part_of_name_or_email_whatever_its_case(api: Api) -> None:
    root = admin(api)
    user(api, "Ada_1")
    user(api, "adab1")
    assert names(root, "&q=ADA_") == ["Ada_1"]
    assert names(root, "&q=b1@EXAMPLE.") == ["adab1"]
    assert names(root, "&q=%25") == []
    assert names(root, "&q=example.com") == ["adab1", "Ada_1"]


def test_users_are_filtered_by_role_state_and_confirmation(api: Api) -> None:
    root = admin(api)
    ada, bob = user(api, "ada"), user(api, "bob")
    root.patch(f"/api/users/{ada.id}", roles=["staff", "admin_of_none"])
    root.patch(f"/api/users/{bob.id}", disabled=True)
    assert names(root, "&role=admin") == ["root"]
    assert names(root, "&role=staff") == ["ada"]
    assert names(root, "&role=user") == ["bob", "ada", "root"]
    assert names(root, "&role=sta") == []
    assert names(root, "&disabled=true") == ["bob"]
    assert names(root, "&disabled=false&confirmed=true") == ["ada"]
    assert names(root, "&confirmed=false") == ["root"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "role=A", "disabled=yes", "sort=id", "x=1"])
def test_a_search_that_breaks_a_rule_is_refused(api: Api, query: str) -> None:
    answer = admin(api).get(f"/api/users?{query}")
    assert [error["field"] for error in answer.get_json()["errors"]] == [query.partition("=")[0]]


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    root = admin(api)
    user(api, "ada")
    cursor = root.get("/api/users?limit=1").get_json()["next_cursor"]
    answer = root.get(f"/api/users?sort=username&cursor={cursor}")
    assert [error["field"] for error in answer.get_json()["errors"]] == ["cursor"]


def test_users_with_a_role_are_found_by_an_index(api: Api) -> None:
    sent: list[str] = []
    event.listen(api.resources.database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    with api.resources.database.reading() as session:
        repository.users.with_role(session, "admin")
    with api.resources.database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent[-1]}", ("x",) * sent[-1].count("?")).all()
    assert "ix_users_roles" in str(plan)
    assert "SCAN" not in str(plan)


def test_an_admin_sees_more_of_a_user(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    shown = root.get(f"/api/users/{ada.id}").get_json()
    assert shown["disabled_at"] is None
    assert shown["created_at"] <= shown["last_seen_at"]
    assert shown == ada.get(f"/api/users/{ada.id}").get_json()
    assert shown == root.get("/api/users?q=ada").get_json()["items"][0]


def test_a_disabled_user_is_out_at_once_and_back_when_enabled(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    assert root.patch(f"/api/users/{ada.id}", disabled=True).get_json()["disabled_at"]
    assert ada.get("/api/auth/me").get_json()["code"] == "token_revoked"
    assert api.log_in("ada").get_json()["code"] == "account_disabled"
    assert [each["type"] for each in api.events()] == ["user.revoked"]
    assert root.patch(f"/api/users/{ada.id}", disabled=False).get_json()["disabled_at"] is None
    assert api.log_in("ada").status_code == 200
    assert ada.get("/api/auth/me").status_code == 401
    assert [each for each in actions(root) if each.startswith("account.")][:2] == [
        "account.enabled",
        "account.disabled",
    ]


def test_roles_are_given_and_taken_and_end_the_sessions(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    changed = root.patch(f"/api/users/{ada.id}", roles=["staff", "admin"])
    assert changed.get_json()["roles"] == ["user", "admin", "staff"]
    assert ada.get("/api/auth/me").status_code == 401
    ada = Person(api, api.log_in("ada").get_json())
    assert ada.get("/api/users").status_code == 200
    assert root.patch(f"/api/users/{ada.id}", roles=[]).get_json()["roles"] == ["user"]
    assert ada.get("/api/users").status_code == 401
    (entry, _) = root.get("/api/audit?action=roles.changed").get_json()["items"]
    assert entry["details"] == {"before": ["user", "admin", "staff"], "after": ["user"]}
    assert (entry["actor"]["username"], entry["target"]["username"]) == ("root", "ada")


def test_a_change_to_what_is_already_so_ends_nothing(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    for change in ({}, {"roles": ["user"]}, {"disabled": False}):
        assert root.patch(f"/api/users/{ada.id}", **change).status_code == 200
    assert ada.get("/api/auth/me").status_code == 200
    assert api.events() == []


@pytest.mark.parametrize(
    "roles",
    [
        ["Admin"],
        ["admin", "admin"],
        ["a b"],
        [""],
        ["x" * 33],
        ["é"],
        [f"role{number}" for number in range(10)],
        [f"{letter * 31}" for letter in "abcdefgh"],
        "admin",
        None,
    ],
)
def test_roles_are_a_few_plain_words(api: Api, roles: object) -> None:
    root, ada = admin(api), user(api, "ada")
    answer = root.patch(f"/api/users/{ada.id}", roles=roles)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith("roles")


def test_nine_roles_beside_that_of_everybody_are_fine(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    assert root.patch(f"/api/users/{ada.id}", roles=[f"role{number}" for number in range(9)]).status_code == 200


def test_an_admin_ends_all_sessions_of_a_user(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    assert root.call("POST", f"/api/users/{ada.id}/revoke").status_code == 204
    assert ada.get("/api/auth/me").status_code == 401
    assert api.log_in("ada").status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), ADMINS_OWN[1:4])
def test_there_is_nothing_to_do_for_nobody_nor_for_a_sign_up(api: Api, method: str, path: str, body: Any) -> None:
    root = admin(api)
    api.sign_up("ada")
    with api.resources.database.engine.connect() as connection:
        waiting = connection.exec_driver_sql("SELECT id FROM users WHERE username = 'ada'").scalar_one()
    for user_id in (waiting, 999_999, 2**70):
        assert root.call(method, path.format(id=user_id), body).get_json()["code"] == "user_not_found"


def test_the_last_admin_stays(api: Api) -> None:
    root, other = admin(api), admin(api, "other")
    assert root.patch(f"/api/users/{other.id}", disabled=True).status_code == 200
    for answer in (
        root.patch(f"/api/users/{root.id}", roles=["user"]),
        root.patch(f"/api/users/{root.id}", disabled=True),
        root.call("DELETE", f"/api/users/{root.id}"),
        root.call("DELETE", "/api/auth/me", {"password": PASSWORD}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin")
    assert root.call("DELETE", f"/api/users/{other.id}").status_code == 204
    assert root.patch(f"/api/users/{root.id}", roles=["admin", "staff"]).status_code == 200
    root = Person(api, api.log_in("root").get_json())
    admin(api, "third")
    assert root.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 204


def test_what_was_the_admins_dies_with_the_role_whatever_the_token_says(api: Api, monkeypatch: Any) -> None:
    """Even were the token still good, the rows decide."""
    root, ada = admin(api), user(api, "ada")
    demoted = admin(api, "demoted")
    monkeypatch.setattr("auth.use_cases.sessions.is_live", lambda *_: True)
    assert demoted.get("/api/users").status_code == 200
    root.patch(f"/api/users/{demoted.id}", roles=["user"])
    for method, path, body in ADMINS_OWN:
        assert demoted.call(method, path.format(id=ada.id), body).status_code == 401
    assert demoted.get(f"/api/users/{ada.id}").status_code == 401
    with api.resources.database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE sessions SET revoked_at = NULL, expires_at = '2099-01-01 00:00:00.000000'")
        connection.commit()
    for method, path, body in ADMINS_OWN:
        assert demoted.call(method, path.format(id=ada.id), body).status_code == 403
    assert demoted.get(f"/api/users/{ada.id}").status_code == 403
    assert api.client.get("/api/auth/me", headers=bearer(ada.access_token)).status_code == 200

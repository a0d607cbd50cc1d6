"""Looking at and deleting accounts."""

from auth.callers import COMMAND_LINE
from auth.use_cases import accounts
from services.auth.tests.api import PASSWORD, Api, bearer


def test_who_deletes_the_account_needs_the_password_and_tokens_die(api: Api) -> None:
    login = api.user("ada")
    headers = bearer(login["access_token"])
    wrong = api.client.delete("/api/auth/me", json={"password": "not the password"}, headers=headers)
    assert wrong.get_json()["code"] == "wrong_password"
    assert api.client.delete("/api/auth/me", json={"password": PASSWORD}, headers=headers).status_code == 204
    assert api.me(login["access_token"]).get_json()["code"] == "token_revoked"
    assert api.refresh(login["refresh_token"]).status_code == 401
    assert api.log_in("ada").status_code == 401
    assert [event["type"] for event in api.events()] == ["user.deleted"]
    assert api.events()[0]["expires_at"] is None


def test_users_see_themselves_and_admins_see_and_delete_anybody(api: Api) -> None:
    ada, bob = api.user("ada"), api.user("bob")
    accounts.create_admin(api.resources, COMMAND_LINE, "admin", "the password of the admin")
    admin = bearer(api.log_in("admin", "the password of the admin").get_json()["access_token"])
    headers = bearer(ada["access_token"])
    assert api.client.get(f"/api/users/{ada['user']['id']}", headers=headers).status_code == 200
    assert api.client.get(f"/api/users/{bob['user']['id']}", headers=headers).status_code == 403
    assert api.client.get("/api/users/999999", headers=headers).status_code == 403
    assert api.client.delete(f"/api/users/{bob['user']['id']}", headers=headers).status_code == 403
    assert api.client.get("/api/users/999999", headers=admin).get_json()["code"] == "user_not_found"
    assert api.client.delete(f"/api/users/{bob['user']['id']}", headers=admin).status_code == 204
    assert api.me(bob["access_token"]).status_code == 401

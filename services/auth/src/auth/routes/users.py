"""Users, as they and admins see them."""

from http import HTTPStatus

from auth.errors import LastAdmin, UserNotFound
from auth.routes.answers import USER_EXAMPLE
from auth.routes.current import auth, caller
from auth.schemas.users import UserChanges, UserDetails, UserPage, UserQuery
from auth.searches import UserSearch
from auth.use_cases import users
from quartet.errors import Forbidden
from quartet.guard import requires_role
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("users", __name__, tag="Users")

DETAILS_EXAMPLE = {
    **USER_EXAMPLE,
    "subject": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10",
    "created_at": "2026-11-21T09:30:00.125000Z",
    "disabled_at": None,
    "last_seen_at": "2026-11-21T09:45:00.125000Z",
}


@blueprint.get("/api/users")
@requires_role("admin")
@blueprint.input(UserQuery, location="query", arg_name="query")
@blueprint.output(UserPage, example={"items": [DETAILS_EXAMPLE], "next_cursor": None})
def list_users(query: UserQuery) -> UserPage:
    """List and search users."""
    wanted = UserSearch(query.q, query.role, query.disabled, query.confirmed, query.sort)
    page = users.search(auth(), caller(), wanted, query.limit, query.cursor)
    items = [UserDetails.of_seen(each) for each in page.items]
    return UserPage(items=items, next_cursor=str(page.next) if page.next else None)


@blueprint.get("/api/users/<id:user_id>")
@problems_of(UserNotFound, Forbidden)
@blueprint.output(UserDetails, example=DETAILS_EXAMPLE)
def show_user(user_id: int) -> UserDetails:
    """Show a user: oneself, or, for admins, anybody."""
    return UserDetails.of_seen(users.find(auth(), caller(), user_id))


@blueprint.patch("/api/users/<id:user_id>")
@requires_role("admin")
@problems_of(UserNotFound, LastAdmin)
@blueprint.input(UserChanges, arg_name="body", example={"roles": ["user", "admin"]})
@blueprint.output(UserDetails, example=DETAILS_EXAMPLE)
def change_user(user_id: int, body: UserChanges) -> UserDetails:
    """Disable or enable a user, set the roles; but for enabling, that ends all sessions of the user."""
    return UserDetails.of_seen(
        users.change(auth(), caller(), user_id, disabled=body.disabled, roles=body.roles),
    )


@blueprint.post("/api/users/<id:user_id>/revoke")
@requires_role("admin")
@problems_of(UserNotFound)
@blueprint.doc(responses={204: "All sessions of the user have ended."})
def revoke_user(user_id: int) -> tuple[str, HTTPStatus]:
    """End all sessions of a user."""
    users.revoke(auth(), caller(), user_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/api/users/<id:user_id>")
@requires_role("admin")
@problems_of(UserNotFound, LastAdmin)
@blueprint.doc(responses={204: "Deleted; every token of the account is dead."})
def delete_user(user_id: int) -> tuple[str, HTTPStatus]:
    """Delete a user."""
    users.delete(auth(), caller(), user_id)
    return "", HTTPStatus.NO_CONTENT

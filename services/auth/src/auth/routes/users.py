"""Users, as they and admins see them."""

from http import HTTPStatus

from auth.errors import LastAdmin, UserNotFound
from auth.routes.answers import USER_EXAMPLE
from auth.routes.current import auth, caller
from auth.schemas.accounts import UserOut
from auth.use_cases import users
from quartet.errors import Forbidden
from quartet.guard import requires_role
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("users", __name__, tag="Users")


@blueprint.get("/api/users/<id:user_id>")
@problems_of(UserNotFound, Forbidden)
@blueprint.output(UserOut, example=USER_EXAMPLE)
def show_user(user_id: int) -> UserOut:
    """Show a user: oneself, or, for admins, anybody."""
    return UserOut.of(users.find(auth(), caller(), user_id))


@blueprint.delete("/api/users/<id:user_id>")
@requires_role("admin")
@problems_of(UserNotFound, LastAdmin)
@blueprint.doc(responses={204: "Deleted; every token of the account is dead."})
def delete_user(user_id: int) -> tuple[str, HTTPStatus]:
    """Delete a user."""
    users.delete(auth(), caller(), user_id)
    return "", HTTPStatus.NO_CONTENT

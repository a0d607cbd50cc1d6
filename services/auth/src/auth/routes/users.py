"""Users, as they and admins see them."""

from http import HTTPStatus

from auth.errors import UserNotFound
from auth.routes.answers import USER_EXAMPLE
from auth.routes.current import auth
from auth.schemas.accounts import UserOut
from auth.use_cases import accounts
from quartet.errors import Forbidden
from quartet.guard import principal, requires_role
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("users", __name__, tag="Users")


@blueprint.get("/api/users/<id:user_id>")
@problems_of(UserNotFound, Forbidden)
@blueprint.output(UserOut, example=USER_EXAMPLE)
def show_user(user_id: int) -> UserOut:
    """Show a user: oneself, or, for admins, anybody."""
    caller = principal()
    if not caller.is_admin and accounts.find_by_subject(auth(), caller.subject).id != user_id:
        raise Forbidden("You may look at your own account only.")
    return UserOut.of(accounts.find(auth(), user_id))


@blueprint.delete("/api/users/<id:user_id>")
@requires_role("admin")
@problems_of(UserNotFound)
@blueprint.doc(responses={204: "Deleted; every token of the account is dead."})
def delete_user(user_id: int) -> tuple[str, HTTPStatus]:
    """Delete a user."""
    accounts.delete(auth(), user_id)
    return "", HTTPStatus.NO_CONTENT

"""The caller's own account."""

from http import HTTPStatus

from auth.errors import Busy, LastAdmin, UserNotFound, WrongPassword
from auth.routes.answers import USER_EXAMPLE
from auth.routes.current import auth, caller
from auth.schemas.accounts import Account, Deletion, UserOut
from auth.use_cases import accounts
from quartet.errors import TooManyRequests
from quartet.guard import principal
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("accounts", __name__, tag="Accounts")


@blueprint.get("/api/auth/me")
@problems_of(UserNotFound)
@blueprint.output(Account, example={**USER_EXAMPLE, "subject": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"})
def show_own_account() -> Account:
    """Show the caller's account."""
    user = accounts.find_by_subject(auth(), principal().subject)
    return Account(**UserOut.of(user).model_dump(), subject=user.subject)


@blueprint.delete("/api/auth/me")
@problems_of(WrongPassword, UserNotFound, LastAdmin, TooManyRequests, Busy)
@blueprint.input(Deletion, arg_name="body", example={"password": "correct horse battery"})
@blueprint.doc(responses={204: "Deleted; every token of the account is dead."})
def delete_own_account(body: Deletion) -> tuple[str, HTTPStatus]:
    """Delete the caller's account."""
    accounts.delete_own(auth(), caller(), body.password.get_secret_value())
    return "", HTTPStatus.NO_CONTENT

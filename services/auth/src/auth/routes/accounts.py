"""The caller's own account."""

from http import HTTPStatus

from auth.errors import Busy, EmailTaken, LastAdmin, UsernameTaken, UserNotFound, WrongPassword
from auth.routes.answers import NO_STORE, USER_EXAMPLE
from auth.routes.current import auth, caller
from auth.schemas.accounts import Account, AccountChanges, Deletion
from auth.schemas.exports import Export
from auth.use_cases import accounts, exports, profiles
from auth.use_cases.reauthentication import by_password
from quartet.errors import TooManyRequests
from quartet.guard import principal
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("accounts", __name__, tag="Accounts")

AT = "2026-11-21T09:30:00.125000Z"
ACCOUNT_EXAMPLE = {
    **USER_EXAMPLE,
    "new_email": None,
    "subject": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10",
    "created_at": AT,
}
EXPORT_EXAMPLE = {
    "exported_at": AT,
    "account": {
        **ACCOUNT_EXAMPLE,
        "activated_at": AT,
        "email_confirmed_at": AT,
        "disabled_at": None,
        "version": 0,
    },
    "sessions": [],
    "codes": [],
    "audit": [],
    "mails": [],
    "suppressed_addresses": [],
}
ATTACHED = {**NO_STORE, "Content-Disposition": 'attachment; filename="quartet-export.json"'}


@blueprint.get("/api/auth/me")
@problems_of(UserNotFound)
@blueprint.output(Account, example=ACCOUNT_EXAMPLE)
def show_own_account() -> Account:
    """Show the caller's account."""
    return Account.of(accounts.find_by_subject(auth(), principal().subject))


@blueprint.patch("/api/auth/me")
@problems_of(UsernameTaken, EmailTaken, WrongPassword, UserNotFound, TooManyRequests, Busy)
@blueprint.input(
    AccountChanges, arg_name="body", example={"email": "ada@new.example.com", "password": "correct horse battery"}
)
@blueprint.output(Account, example={**ACCOUNT_EXAMPLE, "new_email": "ada@new.example.com"})
def change_own_account(body: AccountChanges) -> Account:
    """Change the caller's user name or e-mail.

    A new e-mail needs the password, and a mail is sent to it: until its link is followed or its code typed, the
    present one stays, and the new one is shown as `new_email`. The present one cancels that.
    """
    reauthenticate = by_password(body.password.get_secret_value()) if body.password else None
    return Account.of(profiles.change(auth(), caller(), body.username, body.email, reauthenticate))


@blueprint.get("/api/auth/me/export")
@problems_of(UserNotFound, TooManyRequests)
@blueprint.output(Export, example=EXPORT_EXAMPLE)
def export_own_account() -> tuple[Export, HTTPStatus, dict[str, str]]:
    """Download all that is held about the caller."""
    return Export.of(exports.export(auth(), caller())), HTTPStatus.OK, ATTACHED


@blueprint.delete("/api/auth/me")
@problems_of(WrongPassword, UserNotFound, LastAdmin, TooManyRequests, Busy)
@blueprint.input(Deletion, arg_name="body", example={"password": "correct horse battery"})
@blueprint.doc(responses={204: "Deleted; every token of the account is dead."})
def delete_own_account(body: Deletion) -> tuple[str, HTTPStatus]:
    """Delete the caller's account."""
    accounts.delete_own(auth(), caller(), by_password(body.password.get_secret_value()))
    return "", HTTPStatus.NO_CONTENT

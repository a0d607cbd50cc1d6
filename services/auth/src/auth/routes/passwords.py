"""Passwords: forgotten, reset, changed."""

from http import HTTPStatus

from flask import Response, request

from auth.errors import Busy, ResetNotFound, WrongPassword
from auth.routes.current import auth, caller
from auth.routes.pages import HTML, is_form, page, told_by
from auth.schemas.passwords import Forgotten, PasswordChange, Reset, ResetLink, ResetMailed
from auth.use_cases import passwords, profiles
from auth.use_cases.reauthentication import by_password
from quartet.errors import DomainError, FieldError, InvalidInput, TooManyRequests
from quartet.guard import public
from quartet.openapi import Blueprint, Document, problems_of

blueprint = Blueprint("passwords", __name__, tag="Passwords")

MAILED = "If there is an account with this e-mail, a mail that sets a new password is on its way."
TITLE, TEXT = "Choose a new password", "At least eight characters; a few words that nobody else puts together are good."
PAGE: dict[int | str, Document] = {
    200: {"description": "A page with a form.", "content": HTML},
    404: {"description": "A page that says so: the link is not valid.", "content": HTML},
}
RESET: dict[int | str, Document] = {
    200: {"description": "A page that says so, for a form.", "content": HTML},
    204: {"description": "The password is set; all sessions of the account have ended."},
    **{status: {"content": HTML} for status in (404, 422, 429, 503)},
}


@blueprint.post("/api/auth/password/forgot")
@public
@problems_of(TooManyRequests)
@blueprint.input(Forgotten, arg_name="body", example={"email": "ada@example.com"})
@blueprint.output(
    ResetMailed,
    HTTPStatus.ACCEPTED,
    description="A mail is on its way if the address has an account; the answer is always the same.",
    example={"message": MAILED},
)
def forget_password(body: Forgotten) -> ResetMailed:
    """Ask for a mail that sets a new password."""
    passwords.ask_for_reset(auth(), caller(), body.email)
    return ResetMailed(message=MAILED)


@blueprint.get("/api/auth/password/reset")
@public
@blueprint.input(ResetLink, location="query", arg_name="query")
@blueprint.doc(responses=PAGE)
def show_reset(query: ResetLink) -> Response:
    """Show the page that sets a new password. It changes nothing: mail scanners follow links."""
    return _form(query.token)


def _form(token: str, errors: tuple[FieldError, ...] = ()) -> Response:
    try:
        name = passwords.name_behind(auth(), token)
    except ResetNotFound as error:
        return page("notice", "This link is not valid", error.message, HTTPStatus.NOT_FOUND)
    return page("reset", TITLE, TEXT, token=token, username=name, errors={each.field: each.message for each in errors})


def _form_again(error: DomainError) -> Response:
    """Show the form with what is wrong; the link is still good."""
    errors = error.errors if isinstance(error, InvalidInput) else (FieldError("password", error.message),)
    return _form(request.form.get("token", ""), errors)


@blueprint.post("/api/auth/password/reset")
@public
@problems_of(ResetNotFound, TooManyRequests, Busy)
@told_by(_form_again)
@blueprint.input(
    Reset,
    location="json_or_form",
    arg_name="body",
    example={"token": "qp1.1f2e3d4c.0b5e…", "password": "correct horse battery"},
)
@blueprint.doc(responses=RESET)
def reset_password(body: Reset) -> Response | tuple[str, HTTPStatus]:
    """Set a new password by the link or the code of a mail, once. It logs nobody in. A form gets a page back."""
    if body.password_again not in (None, body.password):
        raise InvalidInput(FieldError("password_again", "The two passwords are not the same"))
    password = body.password.get_secret_value()
    if body.email is not None:
        passwords.reset_by_code(auth(), caller(), body.email, body.code or "", password)
    else:
        passwords.reset(auth(), caller(), body.token or "", password)
    if is_form():
        return page("notice", "Your password is set", "You are logged out everywhere: log in with the new one.")
    return "", HTTPStatus.NO_CONTENT


@blueprint.post("/api/auth/password/change")
@problems_of(WrongPassword, TooManyRequests, Busy)
@blueprint.input(
    PasswordChange,
    arg_name="body",
    example={"current_password": "correct horse battery", "password": "an even better horse"},
)
@blueprint.doc(responses={204: "Changed; the other sessions of the account have ended."})
def change_password(body: PasswordChange) -> tuple[str, HTTPStatus]:
    """Change the caller's password."""
    current = by_password(body.current_password.get_secret_value())
    profiles.change(auth(), caller(), None, None, current, body.password.get_secret_value())
    return "", HTTPStatus.NO_CONTENT

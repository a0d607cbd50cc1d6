"""Sign-up and confirmation."""

from http import HTTPStatus

from flask import Response, make_response, request

from auth.errors import Busy, ConfirmationNotFound, EmailTaken, OriginNotAllowed, UsernameTaken
from auth.routes import cookies
from auth.routes.answers import LOGIN_EXAMPLE, USER_EXAMPLE, granted
from auth.routes.current import auth, caller
from auth.routes.pages import HTML, page
from auth.schemas.accounts import UserOut
from auth.schemas.sign_ups import (
    Confirmation,
    ConfirmationLink,
    Confirmed,
    MailPending,
    Resending,
    SignedUp,
    SignUp,
    SignUpPending,
)
from auth.use_cases import confirmations, mail, sign_ups
from auth.use_cases.refresh_tokens import Carrier
from quartet.errors import TooManyRequests
from quartet.guard import public
from quartet.openapi import Blueprint, Document, also_answers, problems_of

blueprint = Blueprint("sign_ups", __name__, tag="Sign-up", template_folder="../templates")

PAGE: dict[int | str, Document] = {200: {"description": "A page with a button.", "content": HTML}}
PAGES: dict[int | str, Document] = {200: {"content": HTML}, 404: {"content": HTML}}
PENDING = "We have sent a mail to this address. Follow its link, or give us its code, to confirm it; then log in."
CONFIRMED = "Your e-mail is confirmed."
RESENT = "If this address waits for its confirmation, a mail is on its way."


@blueprint.post("/api/auth/signup")
@public
@problems_of(UsernameTaken, EmailTaken, Busy, OriginNotAllowed)
@blueprint.input(
    SignUp,
    arg_name="body",
    example={"username": "ada", "email": "ada@example.com", "password": "correct horse battery"},
)
@blueprint.output(
    SignUpPending,
    HTTPStatus.ACCEPTED,
    description="A mail is on its way; the answer is the same when there is an account with this e-mail already.",
    example={"username": "ada", "email": "ada@example.com", "email_confirmed": False, "message": PENDING},
)
@also_answers(
    SignedUp,
    HTTPStatus.CREATED,
    "Where no confirmation is required: the account, and its first session.",
    {**LOGIN_EXAMPLE, **USER_EXAMPLE},
)
def sign_up(body: SignUp) -> SignUpPending | Response:
    """Sign up.

    Where no confirmation is required, a first session is begun as a login would: `mode` and `device` are for that.
    """
    carrier = Carrier[body.mode.upper()]
    if carrier is Carrier.COOKIE and auth().settings.email_confirmation != "required":
        cookies.require_origin(auth())
    password = body.password.get_secret_value()
    user, grant = sign_ups.sign_up_and_begin(auth(), caller(body.device), body.username, body.email, password)
    if grant is None:
        return SignUpPending(username=user.username, email=user.email or "", email_confirmed=False, message=PENDING)
    members, headers = granted(auth(), grant, carrier)
    answer = SignedUp(**UserOut.of(user).model_dump(exclude={"roles"}), **members, user=UserOut.of(user))
    return make_response(answer.model_dump(exclude_unset=True), HTTPStatus.CREATED, headers)


@blueprint.get("/api/auth/confirm")
@public
@blueprint.input(ConfirmationLink, location="query", arg_name="query")
@blueprint.doc(responses=PAGE)
def show_confirmation(query: ConfirmationLink) -> Response:
    """Show the page that confirms. It changes nothing: mail scanners follow links."""
    return confirmation_page(query.token)


def confirmation_page(token: str) -> Response:
    return page("confirm", "Confirm your e-mail", "Press the button, and your account is ready.", token=token)


@blueprint.post("/api/auth/confirm")
@public
@problems_of(ConfirmationNotFound, TooManyRequests)
@blueprint.input(Confirmation, location="json_or_form", arg_name="body", example={"token": "qc1.1f2e3d4c.0b5e…"})
@blueprint.doc(responses=PAGES)
@blueprint.output(Confirmed, example={"message": CONFIRMED, "user": USER_EXAMPLE})
def confirm(body: Confirmation) -> Confirmed | Response:
    """Confirm an e-mail by the link or the code of a mail; doing it again changes nothing. A form gets a page back."""
    try:
        if body.email is not None:
            user = confirmations.confirm_by_code(auth(), caller(), body.email, body.code or "")
        else:
            user = confirmations.confirm(auth(), caller(), body.token or "")
    except ConfirmationNotFound as error:
        if request.is_json:
            raise
        return page("notice", "This link is not valid", error.message, HTTPStatus.NOT_FOUND)
    if request.is_json:
        return Confirmed(message=CONFIRMED, user=UserOut.of(user))
    return page("notice", "Your e-mail is confirmed", "Your account is ready: you can log in now.")


@blueprint.post("/api/auth/resend-confirmation")
@public
@blueprint.input(Resending, arg_name="body", example={"email": "ada@example.com"})
@blueprint.output(
    MailPending,
    HTTPStatus.ACCEPTED,
    description="A mail is on its way if the address waits for one; the answer is always the same.",
    example={"message": RESENT},
)
def resend_confirmation(body: Resending) -> MailPending:
    """Send the mail that confirms once more, at most one in MAIL_COOLDOWN seconds."""
    mail.ask(auth(), "resend", body.email, languages=caller().languages)
    return MailPending(message=RESENT)

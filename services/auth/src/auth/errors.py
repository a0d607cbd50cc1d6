"""What can go wrong in auth, in its own words."""

from quartet.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable


class UsernameTaken(Conflict):
    code = "username_taken"
    detail = "This user name is taken; choose another one."


class EmailTaken(Conflict):
    code = "email_taken"
    detail = "There is an account with this e-mail already."


class InvalidCredentials(Unauthenticated):
    code = "invalid_credentials"
    detail = "The user name, the e-mail or the password is not right."
    challenge = 'Bearer realm="quartet"'


class EmailNotConfirmed(Forbidden):
    code = "email_not_confirmed"
    detail = "Confirm your e-mail first: follow the link in the mail that we sent you."


class AccountDisabled(Forbidden):
    code = "account_disabled"
    detail = "This account is disabled."


class WrongPassword(Forbidden):
    code = "wrong_password"
    detail = "The password is not right."


class LoginTooOld(Forbidden):
    code = "login_too_old"
    detail = "This needs a login of just now: log in again, and repeat it."


class ConfirmationNotFound(NotFound):
    code = "confirmation_not_found"
    detail = "This link or code is not valid: it has expired, was used up, or a later one has replaced it."


class ConfirmationExpired(ConfirmationNotFound):
    """The link is ours, and its time is over; most routes tell it as they tell any other that is not good.

    It tells of no account, for nobody looks for one.
    """


class ResetNotFound(NotFound):
    code = "reset_not_found"
    detail = (
        "This link or code is not valid: it has expired, was used, or a later one has replaced it. Ask for a new mail."
    )


class UserNotFound(NotFound):
    code = "user_not_found"
    detail = "There is no such user."


class LastAdmin(Conflict):
    code = "last_admin"
    detail = "This is the last admin who can log in; make another one first."


class SessionNotFound(NotFound):
    code = "session_not_found"
    detail = "There is no such session, or it has ended."


class OriginNotAllowed(Forbidden):
    code = "origin_not_allowed"
    detail = "The page that calls may not use the cookie: its Origin is missing, or is not one that is allowed."


class RefreshTokenInvalid(Unauthenticated):
    code = "refresh_token_invalid"
    detail = "The refresh token is not valid, or its session has ended; log in again."
    challenge = 'Bearer realm="quartet", error="invalid_token", error_description="The refresh token is not valid"'


class NotificationRefused(Forbidden):
    code = "notification_refused"
    detail = "This is no notification that Amazon SNS signed for a topic of ours."


class Busy(Unavailable):
    code = "busy"
    detail = "Too many passwords are being checked right now. Try again in a moment."


class KeyNotReady(Conflict):
    code = "key_not_ready"
    detail = "The next signing key has not been published for long enough."

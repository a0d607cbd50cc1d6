"""What flask-app's clients send."""

from pydantic import ConfigDict

from auth.schemas.fields import Email, NewPassword, Username
from auth.schemas.sign_ups import with_email
from quartet.legacy import LegacyInput


class FlaskAppRegistration(LegacyInput):
    model_config = ConfigDict(json_schema_extra=with_email)

    username: Username
    email: Email | None = None
    password: NewPassword

"""What flask-app's clients send."""

from pydantic import Field

from auth.schemas.fields import Email, NewPassword, Username
from quartet.legacy import LegacyInput


class FlaskAppRegistration(LegacyInput):
    username: Username
    email: Email | None = Field(None, description="May be left out only where confirmation is off.")
    password: NewPassword

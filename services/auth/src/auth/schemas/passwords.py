"""A new password: by the mail, or in the place of the old one."""

from pydantic import ConfigDict, Field

from auth.schemas.fields import Email, NewPassword, Password, Stamp
from auth.schemas.sign_ups import Confirmation
from quartet.schemas import Input, Output, describe_not_null


class Forgotten(Input):
    email: Email


class ResetMailed(Output):
    message: str


class ResetLink(Input):
    token: Stamp = Field(examples=["qp1.1f2e3d4c.0b5e…"])


class Reset(Confirmation):
    """What the mail holds, its link's token or its code together with the e-mail that it went to, and the password."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: describe_not_null(schema["properties"]["password_again"])
    )

    token: Stamp | None = Field(None, examples=["qp1.1f2e3d4c.0b5e…"])
    password: NewPassword
    password_again: Password | None = Field(None, description="The same once more; left out where it is typed once.")


class PasswordChange(Input):
    current_password: Password
    password: NewPassword

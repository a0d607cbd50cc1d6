"""What auth can be told beside the platform's settings. Durations are in seconds."""

from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from quartet.database import DatabaseSettings
from quartet.settings import Url

LONGEST_ACCESS_TOKEN_TTL = 3600


class AuthSettings(DatabaseSettings):
    service: ClassVar[str] = "auth"

    port: int = Field(default=5001, ge=0, le=65535, description="Port to listen at.")
    secret_keys: tuple[SecretStr, ...] = Field(
        default=(SecretStr("development-only-secret-key-00000000"),),
        min_length=1,
        description="JSON list of secrets that seal and sign all that is no JWT: the first writes, the others read.",
    )
    signing_keys: SecretStr | None = Field(
        default=None,
        description="Private JWK Set (JSON, ES256) that `auth migrate` imports: the first signs, the others wait.",
    )
    email_confirmation: Literal["required", "optional", "off"] = Field(
        default="required", description="Whether a sign-up must confirm its e-mail before it can log in."
    )
    access_token_ttl: int = Field(
        default=900, ge=1, le=LONGEST_ACCESS_TOKEN_TTL, description="Life of an access token."
    )
    refresh_token_ttl: int = Field(default=30 * 86_400, ge=1, description="Life of a session without a new login.")
    refresh_reuse_window: int = Field(
        default=30, ge=0, le=300, description="How long the refresh token just replaced still gets the current one."
    )
    confirmation_ttl: int = Field(default=86_400, ge=1, description="Life of a confirmation link.")
    code_ttl: int = Field(default=900, ge=1, description="Life of the code in a mail, which bears five tries.")
    reset_ttl: int = Field(default=3600, ge=1, description="Life of a link that sets a new password.")
    key_publish_lead: int = Field(
        default=600, ge=0, description="How long a signing key must have been published before it signs."
    )
    hash_slots: int = Field(
        default=4, ge=1, le=64, description="Password hashes that a worker process computes at once; more answer 503."
    )
    mail_from: str = Field(default="Quartet <no-reply@quartet.example>", description="Sender of all mail.")
    aws_region: str = Field(default="eu-central-1", description="Region of SES.")
    aws_endpoint_url: Url | None = Field(default=None, description="Another address for SES, such as an emulator's.")
    mail_cooldown: int = Field(
        default=60, ge=0, description="How long no second mail of a kind goes to an address that anybody can name."
    )
    mail_interval: float = Field(default=0.5, gt=0, description="Pause of the mailer when nothing is due.")
    worker_port: int = Field(default=5011, ge=0, le=65535, description="Port of the mailer's health and metrics.")

"""What auth can be told beside the platform's settings. Durations are in seconds."""

from typing import ClassVar, Literal

from pydantic import DirectoryPath, Field, SecretStr

from auth.origins import Origins
from auth.sns import Hosts, TopicArns
from quartet.database import DatabaseSettings
from quartet.settings import InternalSettings

LONGEST_ACCESS_TOKEN_TTL = 3600
DAY = 86_400


class AuthSettings(InternalSettings, DatabaseSettings):
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
    refresh_token_ttl: int = Field(default=30 * DAY, ge=1, description="Life of a session that is not refreshed.")
    session_ttl: int = Field(default=180 * DAY, ge=1, description="Life of a session, however often it is refreshed.")
    recent_login: int = Field(
        default=900,
        ge=1,
        description="How old a login may be for a change that clients of older systems make without a password.",
    )
    max_sessions: int = Field(
        default=100, ge=1, le=1000, description="Sessions of one user; a new login ends those used longest ago."
    )
    browser_origins: Origins = Field(
        default=(),
        description="Origins, beside that of PUBLIC_URL, whose pages may keep their refresh token in a cookie.",
    )
    refresh_reuse_window: int = Field(
        default=30, ge=0, le=300, description="How long the refresh token just replaced still gets the current one."
    )
    confirmation_ttl: int = Field(default=86_400, ge=1, description="Life of a confirmation link.")
    code_ttl: int = Field(default=900, ge=1, description="Life of the code in a mail, which bears five tries.")
    reset_ttl: int = Field(default=3600, ge=1, description="Life of a link that sets a new password.")
    key_publish_lead: int = Field(
        default=600, ge=0, description="How long a signing key must have been published before it signs."
    )
    key_max_age: int = Field(
        default=30 * 86_400, ge=0, description="How long a key signs before the next one does; 0 for no limit."
    )
    hash_slots: int = Field(
        default=4, ge=1, le=64, description="Password hashes that a worker process computes at once; more answer 503."
    )
    throttle_factor: float = Field(
        default=1, gt=0, description="How many times as many passwords and codes may be tried freely; for load tests."
    )
    mail_from: str = Field(default="Quartet <no-reply@quartet.example>", description="Sender of all mail.")
    templates_dir: DirectoryPath | None = Field(
        default=None,
        description="Folder whose mail/<language>/<template>.txt and .html take the place of auth's own templates.",
    )
    mail_cooldown: int = Field(
        default=60, ge=0, description="How long no second mail of a kind goes to an address that anybody can name."
    )
    ses_topic_arns: TopicArns = Field(
        default=(), description="SNS topics that SES tells of bounces and complaints; without one the route is off."
    )
    sns_hosts: Hosts = Field(
        default=(), description="Hosts of SNS (https) beside those of the topics' regions, such as an emulator's."
    )
    mail_interval: float = Field(default=0.5, gt=0, description="Pause of the mailer when nothing is due.")
    mail_kept: int = Field(default=30 * DAY, ge=0, description="How long a mail that was sent or given up is kept.")
    audit_kept: int = Field(default=400 * DAY, ge=0, description="How long the entries of the audit log are kept.")
    upkeep_interval: float = Field(default=600, gt=0, description="Pause of `auth upkeep` between two rounds.")
    worker_port: int = Field(default=5011, ge=0, le=65535, description="Port of a worker's health and metrics.")

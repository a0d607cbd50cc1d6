"""What every service can be told, and where it is read from."""

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from quartet.settings.sources import JsonSources
from quartet.settings.values import Algorithms, Networks, Url

SECRETS_DIR = Path("/run/secrets")
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What every service can be told. Durations are in seconds."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None,
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )
    service: ClassVar[str]

    environment: Literal["development", "testing", "production"] = Field(
        "development", description="Production refuses to start with a default or short secret."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    host: str = Field("127.0.0.1", description="Address to listen at.")
    port: int = Field(5000, ge=0, le=65535, description="Port to listen at; each service has a default of its own.")
    web_concurrency: int = Field(2, ge=1, le=64, description="Worker processes of a service.")
    threads: int = Field(8, ge=1, le=256, description="Threads of each worker process.")
    drain_seconds: int = Field(
        0,
        ge=0,
        le=300,
        description="How long a service that is told to stop goes on, unready, until nobody asks it more.",
    )
    public_url: Url = Field("http://localhost:8080", description="Address of the gateway as its callers see it.")
    auth_url: Url = Field("http://127.0.0.1:5001", description="Address of auth, for its keys and its feed.")
    token_issuer: str = Field("quartet-auth", min_length=1, description="The `iss` of access tokens.")
    token_audience: str = Field("quartet", min_length=1, description="The `aud` of access tokens.")
    token_algorithms: Algorithms = Field(
        ("ES256",), description="Signature algorithms that are accepted: ES256, RS256."
    )
    gateway_networks: Networks = Field(
        ("127.0.0.0/8", "::1/128"),
        description="Addresses or networks of the gateway, whose X-Forwarded-For is believed.",
    )
    legacy: Literal["on", "off"] = Field(
        "on", description="Whether the routes of the older systems, below /legacy, answer."
    )
    state_dir: Path | None = Field(
        None, description="Folder for SQLite, the last good keys and metrics files; `.run/<service>` by default."
    )
    otel_exporter_otlp_endpoint: Url | None = Field(
        None, description="Address of an OpenTelemetry collector (OTLP over HTTP), for traces; none are made without."
    )
    otel_traces_sampler_arg: float = Field(
        1.0, ge=0, le=1, description="Share of the traces that begin here that is kept; callers decide about theirs."
    )

    settings_file: Path | None = Field(
        None, description="JSON file with settings; `settings.example.json` shows its form."
    )
    aws_secrets_id: str = Field(
        "", description="Id or ARN of a secret in AWS Secrets Manager whose value is a JSON object of settings."
    )
    aws_region: str = Field("eu-central-1", description="Region of AWS: of SES, and of Secrets Manager.")
    aws_endpoint_url: Url | None = Field(None, description="Another address for AWS, such as an emulator's.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add Secrets Manager and the settings file behind what pydantic-settings reads anyway."""
        more = JsonSources(settings_cls, cls.service)
        return init_settings, env_settings, dotenv_settings, file_secret_settings, more

    @property
    def state_path(self) -> Path:
        """The state folder, made when it is first asked for."""
        path = self.state_dir or Path(".run") / self.service
        path.mkdir(parents=True, exist_ok=True)
        return path

    @model_validator(mode="after")
    def _own_secrets_in_production(self) -> Self:
        if self.environment != "production":
            return self
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            secrets, defaults = (each if isinstance(each, tuple) else (each,) for each in (value, field.default))
            if not any(isinstance(each, SecretStr) for each in (*secrets, *defaults)) or value is None:
                continue
            if value in (field.default, ()):
                raise _bad_secret(name, "must be set in production")
            if any(len(secret.get_secret_value()) < SHORTEST_SECRET for secret in secrets):
                raise _bad_secret(name, f"must have at least {SHORTEST_SECRET} characters")
        return self


class InternalSettings(Settings):
    """The settings of a service that has /internal routes, or calls another's."""

    internal_secret: SecretStr = Field(
        SecretStr("development-only-internal-secret-0000"),
        description="Bearer secret of the /internal routes, the same in auth, catalog and the gateway. While it is "
        "being changed there are two, with a comma between them: the first is sent, both are accepted.",
    )

    @property
    def internal_secrets(self) -> tuple[str, ...]:
        """Those that are accepted; the first is the one to send."""
        return tuple(self.internal_secret.get_secret_value().split(","))

    @model_validator(mode="after")
    def _each_internal_secret_is_long(self) -> Self:
        if self.environment == "production" and any(len(each) < SHORTEST_SECRET for each in self.internal_secrets):
            raise _bad_secret("internal_secret", f"must have at least {SHORTEST_SECRET} characters, each of two")
        return self


def _bad_secret(name: str, rule: str) -> PydanticCustomError:
    return PydanticCustomError("secret", "{NAME} {rule}", {"setting": name, "NAME": name.upper(), "rule": rule})

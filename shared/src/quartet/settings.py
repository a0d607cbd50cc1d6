"""Settings: read once from the environment, `.env` and /run/secrets, then frozen."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

SECRETS_DIR = Path("/run/secrets")
SHORTEST_SECRET = 32


class BrokenSetting(Exception):
    """A setting is missing or wrong; the message is one line that names it."""


def _plain_url(value: Any) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(value)).rstrip("/")


Url = Annotated[str, BeforeValidator(_plain_url)]
"""An http or https URL without a trailing slash."""


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Algorithms = Annotated[tuple[Literal["ES256", "RS256"], ...], NoDecode, BeforeValidator(_words), Field(min_length=1)]
"""Algorithms, in one setting apart by spaces or commas."""


def _networks(value: Any) -> Any:
    return tuple(str(ip_network(each, strict=False)) for each in _words(value))


Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_networks)]
"""Addresses and networks in CIDR notation, in one setting apart by spaces or commas."""


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
    public_url: Url = Field("http://localhost:8080", description="Address of the gateway as its callers see it.")
    auth_url: Url = Field("http://127.0.0.1:5001", description="Address of auth, for its keys and its feed.")
    internal_secret: SecretStr = Field(
        SecretStr("development-only-internal-secret-0000"),
        description="Bearer secret of the /internal routes, the same in auth, catalog and the gateway.",
    )
    token_issuer: str = Field("quartet-auth", min_length=1, description="The `iss` of access tokens.")
    token_audience: str = Field("quartet", min_length=1, description="The `aud` of access tokens.")
    token_algorithms: Algorithms = Field(
        ("ES256",), description="Signature algorithms that are accepted: ES256, RS256."
    )
    gateway_networks: Networks = Field(
        ("127.0.0.0/8", "::1/128"),
        description="Addresses or networks of the gateway, whose X-Forwarded-For is believed.",
    )
    state_dir: Path | None = Field(
        None, description="Folder for SQLite, the last good keys and metrics files; `.run/<service>` by default."
    )

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
            secrets = value if isinstance(value, tuple) else (value,)
            if not all(isinstance(secret, SecretStr) for secret in secrets):
                continue
            if value == field.default:
                raise ValueError(f"{name.upper()} must be set in production")
            if any(len(secret.get_secret_value()) < SHORTEST_SECRET for secret in secrets):
                raise ValueError(f"{name.upper()} must have at least {SHORTEST_SECRET} characters")
        return self


AnySettings = TypeVar("AnySettings", bound=Settings)


def load(kind: type[AnySettings]) -> AnySettings:
    """Read the settings of one service.

    Raises:
        BrokenSetting: naming the first setting that is missing or wrong and the rule it breaks, never its value.
    """
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise BrokenSetting(f"{name}: {message}" if name else message) from None
    except SettingsError as error:
        name = str(error).split('"')[1].upper() if '"' in str(error) else "settings"
        raise BrokenSetting(f"{name}: is not valid JSON") from None
    except UnicodeDecodeError:
        raise BrokenSetting(".env, or a file in /run/secrets, is not UTF-8 text") from None

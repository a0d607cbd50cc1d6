"""Settings from JSON: a file that SETTINGS_FILE names, and a secret of AWS Secrets Manager that AWS_SECRETS_ID names.

Both hold one object of names and values. `null` and `""` count as left out. An object under a service's name is that
service's own section, which goes before the rest. pydantic-settings has sources for both, but its file source passes
over a missing file and unknown names, and its secret source knows no time-outs and no lists.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
)

from quartet.settings.json_text import BrokenSetting, lowered, parsed
from quartet.settings.secret import UnreadableSecret, read_secret

SECRET = "AWS_SECRETS_ID"  # noqa: S105
FILE = "SETTINGS_FILE"
PLACES = {
    EnvSettingsSource.__name__: "the environment",
    DotEnvSettingsSource.__name__: ".env",
    SecretsSettingsSource.__name__: "/run/secrets",
}

places: ContextVar[Mapping[str, str]] = ContextVar("places")
"""Of the settings read last: where each that was given came from."""


class JsonSources(PydanticBaseSettingsSource):
    """The secret and, behind it, the file; the file may say which secret it is."""

    def __init__(self, settings_cls: type[BaseSettings], service: str) -> None:
        super().__init__(settings_cls)
        self._service = service

    def __call__(self) -> dict[str, Any]:
        file = self._of_file(self.current_state)
        secret = self._of_secret(file | self.current_state)
        given = {PLACES.get(name, name): values for name, values in self.settings_sources_data.items()}
        found: dict[str, str] = {}
        for place, values in (given | {SECRET: secret, FILE: file}).items():
            for name in values:
                found.setdefault(name, place)
        places.set(found)
        return file | secret

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Nothing: what pydantic-settings asks of each source, and calls for none like this."""
        del field
        return None, field_name, False

    def _of_file(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if not given.get("settings_file"):
            return {}
        try:
            content = Path(given["settings_file"]).read_bytes()
        except OSError as error:
            raise BrokenSetting(f"{FILE}: cannot be read: {error.strerror}") from None
        values = parsed(content, FILE)
        sections = [name for name in values if isinstance(values[name], dict) and not self._knows(name)]
        if sections and self._service not in sections:
            raise BrokenSetting(
                f"{FILE}: has sections ({', '.join(map(repr, sections))}), but none for {self._service}"
            )
        own = self._own(values, sections)
        for name in own:
            if not self._knows(name) or name == "settings_file":
                raise BrokenSetting(f"{FILE}: {name.upper()!r} is no setting of {self._service} that can stand there")
        return self._decoded(own, FILE)

    def _of_secret(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if not given.get("aws_secrets_id"):
            return {}
        try:
            content = read_secret(
                str(given["aws_secrets_id"]),
                region=str(given.get("aws_region") or ""),
                endpoint_url=str(given.get("aws_endpoint_url") or ""),
                default_region=str(self.settings_cls.model_fields["aws_region"].default),
            )
        except UnreadableSecret as error:
            raise BrokenSetting(f"{SECRET}: {error}") from None
        values = parsed(content, SECRET)
        own = self._own(values, [name for name in values if not self._knows(name)])
        for name in ("aws_secrets_id", "settings_file"):
            if name in own:
                raise BrokenSetting(f"{SECRET}: {name.upper()} cannot stand in the secret")
        return self._decoded({name: value for name, value in own.items() if self._knows(name)}, SECRET)

    def _knows(self, name: str) -> bool:
        return name in self.settings_cls.model_fields

    def _own(self, values: Mapping[str, Any], others: list[str]) -> dict[str, Any]:
        section = values.get(self._service)
        common = {name: value for name, value in values.items() if name not in others}
        layers = (common, lowered(section) if isinstance(section, dict) else {})
        return {name: value for layer in layers for name, value in layer.items() if value not in (None, "")}

    def _decoded(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        return {name: self._value(name, value, place) for name, value in values.items()}

    def _value(self, name: str, value: Any, place: str) -> Any:
        field = self.settings_cls.model_fields[name]
        if isinstance(value, dict):
            return json.dumps(value)  # a setting that is JSON text, such as a key set, may be written out
        if isinstance(value, bool) and field.annotation in (int, float):
            raise BrokenSetting(f"{name.upper()}: Input should be a valid number (from {place})")
        if not isinstance(value, str):
            return value
        try:
            return self.prepare_field_value(name, field, value, value_is_complex=False)  # as in the environment
        except ValueError:
            raise BrokenSetting(f"{name.upper()}: is not valid JSON (from {place})") from None

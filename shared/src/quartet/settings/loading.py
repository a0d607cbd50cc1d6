"""Reading the settings of a service, and telling what is wrong with them in one line."""

import re
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import SettingsError

from quartet.settings.base import Settings
from quartet.settings.json_text import BrokenSetting
from quartet.settings.sources import PLACES, places

AnySettings = TypeVar("AnySettings", bound=Settings)


def load(kind: type[AnySettings]) -> AnySettings:
    """Read the settings of one service.

    Raises:
        BrokenSetting: naming the first setting that is missing or wrong, the rule it breaks and where it came from,
            never its value.
    """
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        setting = first["loc"][0] if first["loc"] else first.get("ctx", {}).get("setting")
        place = places.get().get(str(setting))
        raise BrokenSetting((f"{name}: " if name else "") + message + (f" (from {place})" if place else "")) from None
    except SettingsError as error:
        found = re.search(r'^error (\w+) .*"(\w+)" from source "(\w+)"', str(error))
        doing, name, source = found.groups() if found else ("getting", "settings", "")
        fault = "is not valid JSON" if doing == "parsing" else "cannot be read"
        raise BrokenSetting(f"{name.upper()}: {fault} (from {PLACES.get(source, source)})") from None
    except UnicodeDecodeError:
        raise BrokenSetting(".env, or a file in /run/secrets, is not UTF-8 text") from None

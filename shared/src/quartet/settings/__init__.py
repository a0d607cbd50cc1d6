"""Settings: read once, then frozen.

The first of these that has one wins: the environment, `.env`, /run/secrets, the secret of AWS_SECRETS_ID, the file
SETTINGS_FILE, the default.
"""

from quartet.settings.base import InternalSettings, Settings
from quartet.settings.json_text import BrokenSetting
from quartet.settings.loading import load
from quartet.settings.values import Algorithms, Authority, Networks, Url

__all__ = ["Algorithms", "Authority", "BrokenSetting", "InternalSettings", "Networks", "Settings", "Url", "load"]

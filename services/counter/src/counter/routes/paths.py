"""What a path names."""

from typing import ClassVar

from werkzeug.routing import BaseConverter

from counter.use_cases import badges
from counter.use_cases.names import NAME


class CounterName(BaseConverter):
    """One segment of a path; whether it names a counter, the use cases say."""

    schema: ClassVar = {"type": "string", "pattern": f"^{NAME.pattern}$"}


class BadgeName(BaseConverter):
    """What stands for a badge; whether there is one of that name, the use cases say."""

    schema: ClassVar = {"type": "string", "pattern": f"^{badges.NAME.pattern}$"}

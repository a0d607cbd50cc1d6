"""Routes of the systems that Quartet replaces: the use cases of today, asked and answered in the words of then.

They are below /legacy/<system>, one LegacyBlueprint for each system; the gateway knows the roots that they once had.
`LEGACY=off` removes them.
"""

from flask import Flask

from quartet.legacy.blueprint import LegacyBlueprint, replaced_by
from quartet.legacy.errors import TOKEN_CODES, Told
from quartet.legacy.inputs import LegacyInput
from quartet.settings import Settings

__all__ = ["TOKEN_CODES", "LegacyBlueprint", "LegacyInput", "Told", "init_app", "replaced_by"]


def init_app(app: Flask, settings: Settings, *blueprints: LegacyBlueprint) -> None:
    """Register the routes of the older systems, unless they are switched off."""
    if settings.legacy == "on":
        for blueprint in blueprints:
            app.register_blueprint(blueprint)

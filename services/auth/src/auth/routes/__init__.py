"""The HTTP face of auth, one module for each subject."""

from flask import Flask

from auth.routes import accounts, audit, feed, keys, passwords, refresh_tokens, sessions, sign_ups, users, webhooks

BLUEPRINTS = (
    sign_ups.blueprint,
    accounts.blueprint,
    sessions.blueprint,
    refresh_tokens.blueprint,
    passwords.blueprint,
    users.blueprint,
    audit.blueprint,
    keys.blueprint,
    feed.blueprint,
    webhooks.blueprint,
)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

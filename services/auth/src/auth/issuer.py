"""Access tokens, issued with flask-jwt-extended and signed with the key that is active now (RFC 9068)."""

from datetime import timedelta

from flask import g
from flask_jwt_extended import JWTManager, create_access_token

from auth.models import User
from auth.resources import Resources


def init_manager(manager: JWTManager) -> None:
    """Let the manager sign with the key that the token's header names."""
    manager.encode_key_loader(lambda _identity: g.signer.private)


def issue_access_token(auth: Resources, user: User, session_id: str) -> str:
    """Return an access token for a session of `user`."""
    # Read once: a rotation between naming the key and using it must not part the two.
    g.signer = auth.keyring.signer()
    return str(
        create_access_token(
            user.subject,
            expires_delta=timedelta(seconds=auth.settings.access_token_ttl),
            additional_claims={
                "sid": session_id,
                "ver": user.version,
                "roles": user.roles.split(),
                "preferred_username": user.username,
            },
            additional_headers={"kid": g.signer.kid, "typ": "at+jwt"},
        )
    )

"""Access tokens, issued with flask-jwt-extended and signed with the key that is active now (RFC 9068)."""

from datetime import UTC, datetime, timedelta

from flask import g
from flask_jwt_extended import JWTManager, create_access_token

from auth.resources import Resources
from auth.use_cases.sessions import Grant, Who


def init_manager(manager: JWTManager) -> None:
    """Let the manager sign with the key that the token's header names."""
    manager.encode_key_loader(lambda _identity: g.signer.private)


def issue_access_token(auth: Resources, grant: Grant[Who]) -> tuple[str, int]:
    """Return an access token for a session, and its lifetime in seconds: it does not outlive the session."""
    user = grant.user
    left = int((grant.expires_at - datetime.now(UTC)).total_seconds())
    lifetime = max(1, min(auth.settings.access_token_ttl, left))
    # Read once: a rotation between naming the key and using it must not part the two.
    g.signer = auth.keyring.signer()
    token = create_access_token(
        user.subject,
        expires_delta=timedelta(seconds=lifetime),
        additional_claims={
            "sid": grant.session_id,
            "ver": user.version,
            "roles": user.roles.split(),
            "preferred_username": user.username,
        },
        additional_headers={"kid": g.signer.kid, "typ": "at+jwt"},
    )
    return str(token), lifetime

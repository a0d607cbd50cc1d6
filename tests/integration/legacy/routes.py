"""The routes of the older systems, for tests that hold for all of them."""

from tests.integration.platform_client import User

SYSTEMS = ("preqlin", "flask-app", "flask-api", "catalog", "web3m")

LOGINS = {
    "/legacy/preqlin/login": "username",
    "/legacy/flask-app/login": "username",
    "/legacy/flask-api/auth/login": "username",
    "/legacy/catalog/api/auth/login": "username",
    "/legacy/web3m/api/v1/signin": "email",
    "/login": "username",
    "/auth/login": "username",
    "/api/v1/signin": "email",
}
"""Where to log in, and by what beside the password."""

REFRESHES = {
    "/legacy/preqlin/refresh": "/legacy/preqlin/login",
    "/legacy/catalog/api/auth/refresh": "/legacy/catalog/api/auth/login",
    "/legacy/web3m/api/v1/refresh_token": "/legacy/web3m/api/v1/signin",
}
"""Where to refresh, and where the session begins."""

PROTECTED = (
    ("POST", "/legacy/preqlin/logout"),
    ("GET", "/legacy/preqlin/user/1"),
    ("DELETE", "/legacy/preqlin/user/1"),
    ("POST", "/legacy/preqlin/generate_random_array"),
    ("POST", "/legacy/flask-app/generate_array"),
    ("GET", "/legacy/flask-api/api/count"),
    ("GET", "/legacy/catalog/api/products/my"),
    ("POST", "/legacy/catalog/api/products"),
    ("DELETE", "/legacy/catalog/api/products/1"),
    ("GET", "/legacy/web3m/api/v1/protected"),
    ("PUT", "/legacy/web3m/api/v1/users"),
    ("DELETE", "/legacy/web3m/api/v1/users/"),
    ("POST", "/logout"),
    ("GET", "/user/1"),
    ("DELETE", "/user/1"),
    ("POST", "/generate_random_array"),
    ("POST", "/generate_array"),
    ("GET", "/api/v1/protected"),
    ("PUT", "/api/v1/users/"),
    ("DELETE", "/api/v1/users"),
)
"""What needs a token."""

PUBLIC = (
    *(("POST", path) for path in (*LOGINS, *REFRESHES)),
    ("POST", "/legacy/preqlin/register"),
    ("GET", "/legacy/preqlin/user_confirm/1"),
    ("GET", "/legacy/preqlin/health"),
    ("GET", "/legacy/preqlin/status"),
    ("GET", "/legacy/flask-app/health"),
    ("POST", "/legacy/flask-app/register"),
    ("GET", "/legacy/flask-api/api/ping"),
    ("GET", "/legacy/flask-api/swagger/"),
    ("GET", "/legacy/flask-api/apispec.json"),
    ("POST", "/legacy/catalog/api/auth/signup"),
    ("GET", "/legacy/catalog/api/products"),
    ("POST", "/legacy/web3m/api/v1/register"),
    ("POST", "/legacy/web3m/api/v1/resend-confirmation"),
    ("GET", "/legacy/web3m/confirm-email/1"),
    ("GET", "/legacy/web3m/web3m-admin"),
    ("POST", "/register"),
    ("POST", "/refresh"),
    ("GET", "/user_confirm/1"),
    ("GET", "/status"),
    ("GET", "/swagger/"),
    ("GET", "/apispec.json"),
    ("POST", "/api/v1/register"),
    ("POST", "/api/v1/resend-confirmation"),
    ("POST", "/api/v1/refresh_token"),
    ("GET", "/confirm-email/1"),
    ("GET", "/web3m-admin"),
)
"""What needs none."""


def credentials(path: str, user: User, password: str | None = None) -> dict[str, str]:
    """Return what a user sends to one of LOGINS."""
    who = user["email"] if LOGINS[path] == "email" else user["username"]
    return {LOGINS[path]: who, "password": user["password"] if password is None else password}

"""What a user has, and the names that other systems have for it."""

COLUMNS = {
    "username": ("user_name", "login"),
    "email": ("e_mail", "mail", "email_address"),
    "password": ("plain_password",),
    "password_hash": ("hashed_password", "pw_hash", "password_digest"),
    "email_confirmed": (
        *("is_email_confirmed", "email_verified", "is_email_verified", "confirmed", "is_confirmed"),
        *("verified", "is_verified", "activated", "is_activated"),
    ),
    "roles": ("role",),
    "created_at": ("created", "created_on", "registered_at", "registered_on", "date_joined"),
}
NAMES = {name: column for column, others in COLUMNS.items() for name in (column, *others)}


def column_of(name: str) -> str | None:
    """Return what a user has under a name in a file; None where it says nothing that a user has here."""
    return NAMES.get(name.strip().lower().replace("-", "_").replace(" ", "_"))

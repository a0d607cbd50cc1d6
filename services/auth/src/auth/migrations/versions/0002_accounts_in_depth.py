"""Codes, devices, changes of address, throttles, suppressed addresses, audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from quartet.database import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

COLUMNS = {
    "users": ("new_email_key", "new_email"),
    "sessions": ("address", "device"),
    "signing_keys": ("active_since",),
}
TABLES = ("audit", "suppressed_addresses", "familiar_places", "throttles", "codes")


def exact(length: int) -> sa.types.TypeEngine[str]:
    """Text that compares by bytes."""
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def upgrade() -> None:
    op.add_column("users", sa.Column("new_email", sa.String(254)))
    op.add_column("users", sa.Column("new_email_key", exact(254)))
    op.create_index("ix_users_new_email_key", "users", ["new_email_key"])
    op.create_index("ix_users_roles", "users", ["roles"])
    op.create_index("ix_users_activated_at", "users", ["activated_at"])
    op.add_column("sessions", sa.Column("device", sa.String(128)))
    op.add_column("sessions", sa.Column("address", exact(45)))
    op.add_column("signing_keys", sa.Column("active_since", UTCDateTime()))

    op.create_table(
        "codes",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("purpose", exact(16), nullable=False),
        sa.Column("mac", exact(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "purpose", name="pk_codes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_codes_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_codes_expires_at", "codes", ["expires_at"])

    op.create_table(
        "throttles",
        sa.Column("kind", exact(16), nullable=False),
        sa.Column("key", exact(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("blocked_until", UTCDateTime()),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_throttles"),
    )
    op.create_index("ix_throttles_expires_at", "throttles", ["expires_at"])

    op.create_table(
        "familiar_places",
        sa.Column("key", exact(64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_familiar_places"),
    )
    op.create_index("ix_familiar_places_expires_at", "familiar_places", ["expires_at"])

    op.create_table(
        "suppressed_addresses",
        sa.Column("email_key", exact(254), nullable=False),
        sa.Column("reason", exact(16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("email_key", name="pk_suppressed_addresses"),
    )

    op.create_table(
        "audit",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("action", exact(32), nullable=False),
        sa.Column("actor", exact(36)),
        sa.Column("target", exact(36)),
        sa.Column("address", exact(45)),
        sa.Column("device", sa.String(128)),
        sa.Column("request_id", exact(64)),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_created_at", "audit", ["created_at"])
    op.create_index("ix_audit_actor", "audit", ["actor", "created_at"])
    op.create_index("ix_audit_target", "audit", ["target", "created_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_users_activated_at", "users")
    op.drop_index("ix_users_roles", "users")
    op.drop_index("ix_users_new_email_key", "users")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)

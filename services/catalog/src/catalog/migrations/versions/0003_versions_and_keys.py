"""Versions of owners, for entity tags; the requests that carry an idempotency key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from quartet.database import UTCDateTime, exact

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("owners", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "keyed_requests",
        sa.Column("subject", exact(36), nullable=False),
        sa.Column("key", exact(64), nullable=False),
        sa.Column("fingerprint", exact(64), nullable=False),
        sa.Column("holder", exact(32), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON()),
        sa.Column("body", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "key", name="pk_keyed_requests"),
    )
    op.create_index("ix_keyed_requests_expires_at", "keyed_requests", ["expires_at"])


def downgrade() -> None:
    op.drop_table("keyed_requests")
    op.drop_column("owners", "version")

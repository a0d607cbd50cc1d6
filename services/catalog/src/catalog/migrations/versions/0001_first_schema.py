"""First schema: owners, products, the position in auth's feed."""

import sqlalchemy as sa
from alembic import op

from catalog.money import Amount
from quartet.database import Id, UTCDateTime, exact

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owners",
        sa.Column("subject", exact(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("deleted_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("subject", name="pk_owners"),
    )

    op.create_table(
        "products",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("owner_id", exact(36), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price", Amount(), nullable=False),
        sa.Column("currency", exact(3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.subject"], name="fk_products_owner_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_products_newest", "products", ["created_at", "id"])
    op.create_index("ix_products_newest_of_owner", "products", ["owner_id", "created_at", "id"])

    position = op.create_table(
        "feed_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cursor", exact(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_position"),
    )
    op.bulk_insert(position, [{"id": 1, "cursor": "0"}])


def downgrade() -> None:
    for table in ("feed_position", "products", "owners"):
        op.drop_table(table)

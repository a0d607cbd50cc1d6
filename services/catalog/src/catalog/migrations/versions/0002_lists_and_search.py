"""Lists in every order, and search: what products are ordered and found by, and the indexes for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from catalog.filling import fill_derived
from quartet.database import exact

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LISTS = {
    "ix_products_by_time": ["created_at", "id", "price"],
    "ix_products_by_price": ["price", "id"],
    "ix_products_by_name": ["name_key", "id", "price"],
    "ix_products_of_owner_by_time": ["owner_id", "created_at", "id", "price"],
    "ix_products_of_owner_by_price": ["owner_id", "price", "id"],
    "ix_products_of_owner_by_name": ["owner_id", "name_key", "id", "price"],
}
FORMER = {"ix_products_newest": ["created_at", "id"], "ix_products_newest_of_owner": ["owner_id", "created_at", "id"]}


def upgrade() -> None:
    words = sa.Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
    op.add_column("products", sa.Column("name_key", exact(64), server_default="", nullable=False))
    op.add_column("products", sa.Column("words", words))
    fill_derived(op.get_bind())
    for name, columns in LISTS.items():
        op.create_index(name, "products", columns)
    for name in FORMER:
        op.drop_index(name, "products")
    if op.get_bind().dialect.name == "mysql":
        op.create_index("ft_products_words", "products", ["words"], mysql_prefix="FULLTEXT")


def downgrade() -> None:
    if op.get_bind().dialect.name == "mysql":
        op.drop_index("ft_products_words", "products")
    for name, columns in FORMER.items():
        op.create_index(name, "products", columns)
    for name in LISTS:
        op.drop_index(name, "products")
    op.drop_column("products", "words")
    op.drop_column("products", "name_key")

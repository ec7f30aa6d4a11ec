"""Promotions, whom and what they are for; what they took off order lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text()),
        sa.Column("mechanic", sa.Text(), nullable=False, server_default=sa.text("'percent'")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("valid_from", types.DAY),
        sa.Column("valid_to", types.DAY),
        sa.Column("combination", sa.Text(), nullable=False, server_default=sa.text("'one_a_line'")),
        sa.Column("exclusion", sa.Text()),
        sa.Column("rate", sa.BigInteger()),
        sa.Column("price_off", sa.BigInteger()),
        sa.Column("amount_off", sa.BigInteger()),
        sa.Column("least_amount", sa.BigInteger()),
        sa.Column("buy_quantity", sa.BigInteger()),
        sa.Column("free_quantity", sa.BigInteger()),
        sa.Column("free_product_id", types.ID, sa.ForeignKey("product.id")),
        sa.Column("steps", sa.Text()),
        sa.Column("steps_in", sa.Text(), nullable=False, server_default=sa.text("'amount'")),
        sa.Column("budget", sa.BigInteger()),
        sa.Column("used", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_promotion", "promotion", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_index("ix_promotion_valid_to", "promotion", ["valid_to"])
    op.create_table(
        "promotion_buyer",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("promotion_id", types.ID, sa.ForeignKey("promotion.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("tier_id", types.ID, sa.ForeignKey("tier.id")),
        sa.Column("channel_type_id", types.ID, sa.ForeignKey("channel_type.id")),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id")),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_promotion_buyer",
        "promotion_buyer",
        ["promotion_id", "partner_id", "tier_id", "channel_type_id", "territory_id"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_index("ix_promotion_buyer_promotion_id", "promotion_buyer", ["promotion_id"])
    op.create_table(
        "promotion_item",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("promotion_id", types.ID, sa.ForeignKey("promotion.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id")),
        sa.Column("category", sa.Text()),
        sa.Column("quantity", sa.BigInteger()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_promotion_item",
        "promotion_item",
        ["promotion_id", "product_id", "category"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_index("ix_promotion_item_product_id", "promotion_item", ["product_id"])
    op.create_index("ix_promotion_item_promotion_id", "promotion_item", ["promotion_id"])
    op.create_table(
        "order_discount",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_line_id", types.ID, sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("promotion_id", types.ID, sa.ForeignKey("promotion.id"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_order_discount_order_id", "order_discount", ["order_id"])
    op.create_index("ix_order_discount_partner_id_id", "order_discount", ["partner_id", "id"])
    op.create_index("ix_order_discount_promotion_id", "order_discount", ["promotion_id"])
    op.add_column(
        "order_line", sa.Column("discount", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table, but a column with one
        op.execute("ALTER TABLE order_line ADD COLUMN origin_line_id BLOB REFERENCES order_line (id)")
    else:
        op.add_column("order_line", sa.Column("origin_line_id", types.ID, sa.ForeignKey("order_line.id")))
    for name in ("return_reason", "condition", "disposition"):
        op.add_column("order_line", sa.Column(name, sa.Text()))

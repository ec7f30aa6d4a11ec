"""Promotions, whom and what they are for; what they took off order lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", types.ID, nullable=False),
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
        sa.Column("free_product_id", types.ID),
        sa.Column("steps", sa.Text()),
        sa.Column("steps_in", sa.Text(), nullable=False, server_default=sa.text("'amount'")),
        sa.Column("budget", sa.BigInteger()),
        sa.Column("used", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promotion_valid_to", "promotion", ["valid_to"])
    op.create_table(
        "promotion_buyer",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("promotion_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID),
        sa.Column("tier_id", types.ID),
        sa.Column("channel_type_id", types.ID),
        sa.Column("territory_id", types.ID),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promotion_buyer_promotion_id", "promotion_buyer", ["promotion_id"])
    op.create_table(
        "promotion_item",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("promotion_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID),
        sa.Column("category", sa.Text()),
        sa.Column("quantity", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promotion_item_product_id", "promotion_item", ["product_id"])
    op.create_index("ix_promotion_item_promotion_id", "promotion_item", ["promotion_id"])
    op.create_table(
        "order_discount",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("order_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("order_line_id", types.ID, nullable=False),
        sa.Column("promotion_id", types.ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_order_discount_order_id", "order_discount", ["order_id"])
    op.create_index("ix_order_discount_promotion_id", "order_discount", ["promotion_id"])
    discount = sa.Column("discount", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    with op.batch_alter_table("order_line", recreate="always") as batch:
        batch.add_column(discount, insert_after="tax_rate")
        batch.add_column(sa.Column("origin_line_id", types.ID), insert_after="tax")
        batch.add_column(sa.Column("return_reason", sa.Text()), insert_after="origin_line_id")
        batch.add_column(sa.Column("condition", sa.Text()), insert_after="return_reason")
        batch.add_column(sa.Column("disposition", sa.Text()), insert_after="condition")

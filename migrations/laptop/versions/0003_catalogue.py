"""Products, units and prices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("base_unit", sa.Text(), server_default=sa.text("'pc'"), nullable=False),
        sa.Column("pack_quantity", sa.BigInteger(), server_default=sa.text("(1000)"), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("tax_code_id", types.ID, nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_product_barcode", "product", ["barcode"])
    op.create_index("ix_product_category", "product", ["category"])
    op.create_index("ix_product_sku", "product", ["sku"])
    op.create_table(
        "unit_conversion",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_unit_conversion_product_id", "unit_conversion", ["product_id"])
    op.create_table(
        "price_list",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("territory_id", types.ID, nullable=True),
        sa.Column("channel_type_id", types.ID, nullable=True),
        sa.Column("tier_id", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("valid_from", types.DAY, nullable=True),
        sa.Column("valid_to", types.DAY, nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "price_item",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("price_list_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_price_item_product_id_price_list_id", "price_item", ["product_id", "price_list_id"])

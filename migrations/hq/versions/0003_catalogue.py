"""Products, units, codes of other systems, price lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("barcode", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_local", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("base_unit", sa.Text, nullable=False, server_default=sa.text("'pc'")),
        sa.Column("pack_quantity", sa.BigInteger, nullable=False, server_default=sa.text("1000")),
        sa.Column("cost", sa.BigInteger),
        sa.Column("tax_code_id", types.ID, sa.ForeignKey("tax_code.id")),
        sa.Column("active", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_product_barcode", "product", ["barcode"])
    op.create_index("ix_product_category", "product", ["category"])
    op.create_index("ix_product_sku", "product", ["sku"])
    op.create_index("uq_product", "product", ["sku"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE)
    op.create_table(
        "unit_conversion",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("unit_name", sa.Text, nullable=False),
        sa.Column("numerator", sa.BigInteger, nullable=False),
        sa.Column("denominator", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_unit_conversion_product_id", "unit_conversion", ["product_id"])
    op.create_index(
        "uq_unit_conversion",
        "unit_conversion",
        ["product_id", "unit_name"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "external_key",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("foreign_id", sa.Text, nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("row_hash", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_external_key",
        "external_key",
        ["source", "entity", "foreign_id"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "price_list",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id")),
        sa.Column("channel_type_id", types.ID, sa.ForeignKey("channel_type.id")),
        sa.Column("tier_id", types.ID, sa.ForeignKey("tier.id")),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("valid_from", types.DAY),
        sa.Column("valid_to", types.DAY),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_price_list", "price_list", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "price_item",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("price_list_id", types.ID, sa.ForeignKey("price_list.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("min_quantity", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("floor", sa.BigInteger),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_price_item_product_id_price_list_id", "price_item", ["product_id", "price_list_id"])
    op.create_index(
        "uq_price_item",
        "price_item",
        ["price_list_id", "product_id", "min_quantity"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )

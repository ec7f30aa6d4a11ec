"""Warehouses, what lies in the company's own, and lots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "warehouse",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text()),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id")),
        sa.Column("city", sa.Text()),
        sa.Column("latitude", sa.BigInteger()),
        sa.Column("longitude", sa.BigInteger()),
        sa.Column("active", sa.SmallInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("pickup", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("order_cost", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("lead_days", sa.BigInteger(), nullable=False, server_default=sa.text("3")),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_warehouse", "warehouse", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_index("ix_warehouse_partner_id", "warehouse", ["partner_id"])
    op.create_table(
        "warehouse_level",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("warehouse_id", types.ID, sa.ForeignKey("warehouse.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text()),
        sa.Column("expires_on", types.DAY),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_warehouse_level",
        "warehouse_level",
        ["warehouse_id", "product_id", "lot"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_index("ix_warehouse_level_product_id", "warehouse_level", ["product_id"])
    op.create_index(
        "ix_warehouse_level_warehouse_id_product_id", "warehouse_level", ["warehouse_id", "product_id"]
    )
    for table in ("stock_level", "stock_movement", "stock_count"):
        if (
            op.get_bind().dialect.name == "sqlite"
        ):  # which adds no constraint to a table, but a column with one
            op.execute(f"ALTER TABLE {table} ADD COLUMN warehouse_id BLOB REFERENCES warehouse (id)")
        else:
            op.add_column(table, sa.Column("warehouse_id", types.ID, sa.ForeignKey("warehouse.id")))
    for table in ("stock_level", "stock_movement"):
        op.add_column(table, sa.Column("lot", sa.Text()))
        op.add_column(table, sa.Column("expires_on", types.DAY))
    op.drop_index("uq_stock_level", "stock_level")
    op.create_index(
        "uq_stock_level",
        "stock_level",
        ["partner_id", "product_id", "warehouse_id", "lot"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )

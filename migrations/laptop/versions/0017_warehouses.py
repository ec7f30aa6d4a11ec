"""Warehouses, what lies in the company's own, and lots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warehouse",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text()),
        sa.Column("partner_id", types.ID),
        sa.Column("territory_id", types.ID),
        sa.Column("city", sa.Text()),
        sa.Column("latitude", sa.BigInteger()),
        sa.Column("longitude", sa.BigInteger()),
        sa.Column("active", sa.SmallInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("pickup", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("order_cost", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("lead_days", sa.BigInteger(), nullable=False, server_default=sa.text("3")),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_warehouse_partner_id", "warehouse", ["partner_id"])
    op.create_table(
        "warehouse_level",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("warehouse_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text()),
        sa.Column("expires_on", types.DAY),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_warehouse_level_product_id", "warehouse_level", ["product_id"])
    op.create_index(
        "ix_warehouse_level_warehouse_id_product_id", "warehouse_level", ["warehouse_id", "product_id"]
    )
    for table, last in (("stock_level", "source"), ("stock_movement", "reference"), ("stock_count", "note")):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(sa.Column("warehouse_id", types.ID), insert_after=last)
            if table != "stock_count":
                batch.add_column(sa.Column("lot", sa.Text()), insert_after="warehouse_id")
                batch.add_column(sa.Column("expires_on", types.DAY), insert_after="lot")

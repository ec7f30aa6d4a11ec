"""Shipments of orders, and when what happened to an order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("order_id", types.ID, nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'sent'")),
        sa.Column("carrier", sa.Text()),
        sa.Column("tracking", sa.Text()),
        sa.Column("sent_on", types.DAY),
        sa.Column("expected_on", types.DAY),
        sa.Column("arrived_on", types.DAY),
        sa.Column("arrived_at", sa.BigInteger()),
        sa.Column("note", sa.Text()),
        sa.Column("receipt", sa.Text()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shipment_order_id", "shipment", ["order_id"])
    op.create_index("ix_shipment_status", "shipment", ["status"])
    op.create_table(
        "shipment_line",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("shipment_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("order_line_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shipment_line_order_line_id", "shipment_line", ["order_line_id"])
    op.create_index("ix_shipment_line_partner_id_product_id", "shipment_line", ["partner_id", "product_id"])
    op.create_index("ix_shipment_line_shipment_id", "shipment_line", ["shipment_id"])
    moments = ("accepted_at", "sent_at", "shipped_at", "closed_at")
    with op.batch_alter_table("sales_order", recreate="always") as batch:
        for before, name in zip(("note", *moments), moments, strict=False):
            batch.add_column(sa.Column(name, sa.BigInteger()), insert_after=before)
        batch.add_column(sa.Column("expected_on", types.DAY), insert_after="closed_at")
        batch.add_column(sa.Column("split_from_id", types.ID), insert_after="expected_on")
        for name in ("expected_on", "closed_at"):
            batch.create_index(f"ix_sales_order_{name}", [name])

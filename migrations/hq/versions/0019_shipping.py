"""Shipments of orders, and when what happened to an order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id"), nullable=False),
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
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_shipment", "shipment", ["number"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_index("ix_shipment_order_id", "shipment", ["order_id"])
    op.create_index("ix_shipment_partner_id_id", "shipment", ["partner_id", "id"])
    op.create_index("ix_shipment_status", "shipment", ["status"])
    op.create_table(
        "shipment_line",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("shipment_id", types.ID, sa.ForeignKey("shipment.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_line_id", types.ID, sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_shipment_line_order_line_id", "shipment_line", ["order_line_id"])
    op.create_index("ix_shipment_line_partner_id_id", "shipment_line", ["partner_id", "id"])
    op.create_index("ix_shipment_line_partner_id_product_id", "shipment_line", ["partner_id", "product_id"])
    op.create_index("ix_shipment_line_shipment_id", "shipment_line", ["shipment_id"])
    for name in ("accepted_at", "sent_at", "shipped_at", "closed_at"):
        op.add_column("sales_order", sa.Column(name, sa.BigInteger()))
    op.add_column("sales_order", sa.Column("expected_on", types.DAY))
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table, but a column with one
        op.execute("ALTER TABLE sales_order ADD COLUMN split_from_id BLOB REFERENCES sales_order (id)")
    else:
        op.add_column("sales_order", sa.Column("split_from_id", types.ID, sa.ForeignKey("sales_order.id")))
    for name in ("expected_on", "closed_at"):
        op.create_index(f"ix_sales_order_{name}", "sales_order", [name])

"""From where orders are sent: what was proposed and what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_route",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'proposed'")),
        sa.Column("replaces_id", types.ID, sa.ForeignKey("order_route.id")),
        sa.Column("solver", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.BigInteger()),
        sa.Column("note", sa.Text()),
        sa.Column("decided_by", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_order_route_order_id", "order_route", ["order_id"])
    op.create_index("ix_order_route_partner_id_id", "order_route", ["partner_id", "id"])
    op.create_index("ix_order_route_status", "order_route", ["status"])
    op.create_table(
        "order_route_line",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("route_id", types.ID, sa.ForeignKey("order_route.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_line_id", types.ID, sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("warehouse_id", types.ID, sa.ForeignKey("warehouse.id")),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("pickup", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("days", sa.BigInteger()),
        sa.Column("cost", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("reasons", sa.Text()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_order_route_line_order_line_id", "order_route_line", ["order_line_id"])
    op.create_index("ix_order_route_line_partner_id_id", "order_route_line", ["partner_id", "id"])
    op.create_index("ix_order_route_line_route_id", "order_route_line", ["route_id"])
    op.create_index(
        "ix_order_route_line_warehouse_id_product_id", "order_route_line", ["warehouse_id", "product_id"]
    )

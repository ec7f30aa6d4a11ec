"""Requests that a person decides, and who may decide them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("approval_kind", sa.Text(), nullable=False, server_default=sa.text("'order'")),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id"), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("requested_on", types.DAY),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'asked'")),
        sa.Column("assigned_to", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("decision", sa.Text()),
        sa.Column("reasons", sa.Text()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("decided_by", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_approval_order_id", "approval", ["order_id"])
    op.create_index("ix_approval_partner_id_id", "approval", ["partner_id", "id"])
    op.create_index("ix_approval_status", "approval", ["status"])
    op.create_table(
        "approval_line",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("approval_id", types.ID, sa.ForeignKey("approval.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_line_id", types.ID, sa.ForeignKey("order_line.id")),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_approval_line_approval_id", "approval_line", ["approval_id"])
    op.create_index("ix_approval_line_partner_id_id", "approval_line", ["partner_id", "id"])
    op.add_column(
        "app_user", sa.Column("approves", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
    )

"""Orders, what partners owe, drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_order",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("provisional_number", sa.Text(), nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("salesperson_id", types.ID, nullable=True),
        sa.Column("source", sa.Text(), server_default=sa.text("'field'"), nullable=False),
        sa.Column("order_kind", sa.Text(), server_default=sa.text("'order'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'placed'"), nullable=False),
        sa.Column("order_date", types.DAY, nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("requested_on", types.DAY, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sales_order_number", "sales_order", ["number"])
    op.create_index("ix_sales_order_order_date", "sales_order", ["order_date"])
    op.create_index("ix_sales_order_partner_id_order_date", "sales_order", ["partner_id", "order_date"])
    op.create_index("ix_sales_order_provisional_number", "sales_order", ["provisional_number"])
    op.create_index("ix_sales_order_status", "sales_order", ["status"])
    op.create_table(
        "order_line",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("order_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("line_number", sa.BigInteger(), nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"])
    op.create_index("ix_order_line_partner_id_product_id", "order_line", ["partner_id", "product_id"])
    op.create_table(
        "receivable",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("order_id", types.ID, nullable=True),
        sa.Column("issued_on", types.DAY, nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_receivable_partner_id_due_on", "receivable", ["partner_id", "due_on"])
    op.create_index("ix_receivable_open_amount", "receivable", ["open_amount"])
    op.create_index("ix_receivable_order_id", "receivable", ["order_id"])
    op.create_table(
        "draft",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("draft_kind", sa.Text(), nullable=False),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_draft_user_id_draft_kind", "draft", ["user_id", "draft_kind"])

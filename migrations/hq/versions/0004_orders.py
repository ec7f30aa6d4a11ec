"""Orders with lines, receivables, drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "sales_order",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("number", sa.Text),
        sa.Column("provisional_number", sa.Text),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("salesperson_id", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("source", sa.Text, nullable=False, server_default=sa.text("'field'")),
        sa.Column("order_kind", sa.Text, nullable=False, server_default=sa.text("'order'")),
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'placed'")),
        sa.Column("order_date", types.DAY, nullable=False),
        sa.Column("placed_at", sa.BigInteger),
        sa.Column("received_at", sa.BigInteger),
        sa.Column("requested_on", types.DAY),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("net", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("tax", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("total", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("reference", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_sales_order_number", "sales_order", ["number"])
    op.create_index("ix_sales_order_order_date", "sales_order", ["order_date"])
    op.create_index("ix_sales_order_partner_id_id", "sales_order", ["partner_id", "id"])
    op.create_index("ix_sales_order_partner_id_order_date", "sales_order", ["partner_id", "order_date"])
    op.create_index("ix_sales_order_provisional_number", "sales_order", ["provisional_number"])
    op.create_index("ix_sales_order_status", "sales_order", ["status"])
    op.create_index(
        "uq_sales_order", "sales_order", ["number"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "order_line",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("line_number", sa.BigInteger, nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("list_price", sa.BigInteger),
        sa.Column("unit_price", sa.BigInteger, nullable=False),
        sa.Column("tax_rate", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("tax", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("cost", sa.BigInteger),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"])
    op.create_index("ix_order_line_partner_id_id", "order_line", ["partner_id", "id"])
    op.create_index("ix_order_line_partner_id_product_id", "order_line", ["partner_id", "product_id"])
    op.create_table(
        "receivable",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id")),
        sa.Column("issued_on", types.DAY, nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("open_amount", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_receivable_partner_id_due_on", "receivable", ["partner_id", "due_on"])
    op.create_index("ix_receivable_open_amount", "receivable", ["open_amount"])
    op.create_index("ix_receivable_order_id", "receivable", ["order_id"])
    op.create_index("ix_receivable_partner_id_id", "receivable", ["partner_id", "id"])
    op.create_index(
        "uq_receivable", "receivable", ["number"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "draft",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("draft_kind", sa.Text, nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_draft_user_id_draft_kind", "draft", ["user_id", "draft_kind"])
    op.create_index("ix_draft_user_id_id", "draft", ["user_id", "id"])

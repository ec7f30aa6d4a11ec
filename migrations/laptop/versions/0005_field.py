"""Stock, visits, promises and targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_level",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_stock_level_partner_id_product_id", "stock_level", ["partner_id", "product_id"])
    op.create_table(
        "stock_movement",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("movement_kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", types.DAY, nullable=False),
        sa.Column("order_id", types.ID, nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_stock_movement_partner_id_product_id_happened_at",
        "stock_movement",
        ["partner_id", "product_id", "happened_at"],
    )
    op.create_table(
        "stock_count",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("counted_on", types.DAY, nullable=False),
        sa.Column("counted_by", types.ID, nullable=True),
        sa.Column("visit_id", types.ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_stock_count_partner_id_counted_at", "stock_count", ["partner_id", "counted_at"])
    op.create_table(
        "stock_count_line",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("stock_count_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_stock_count_line_partner_id_product_id", "stock_count_line", ["partner_id", "product_id"]
    )
    op.create_index("ix_stock_count_line_stock_count_id", "stock_count_line", ["stock_count_id"])
    op.create_table(
        "visit_plan",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("planned_on", types.DAY, nullable=False),
        sa.Column("start_minute", sa.BigInteger(), nullable=True),
        sa.Column("duration_minutes", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_visit_plan_partner_id_planned_on", "visit_plan", ["partner_id", "planned_on"])
    op.create_index("ix_visit_plan_user_id_planned_on", "visit_plan", ["user_id", "planned_on"])
    op.create_table(
        "visit",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("plan_id", types.ID, nullable=True),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("visited_on", types.DAY, nullable=False),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_out_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'met'"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_visit_partner_id_visited_on", "visit", ["partner_id", "visited_on"])
    op.create_table(
        "promise",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("visit_id", types.ID, nullable=True),
        sa.Column("owner_id", types.ID, nullable=True),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("done_on", types.DAY, nullable=True),
        sa.Column("postponed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promise_due_on", "promise", ["due_on"])
    op.create_index("ix_promise_partner_id", "promise", ["partner_id"])
    op.create_table(
        "target",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("territory_id", types.ID, nullable=False),
        sa.Column("user_id", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("kpi", sa.Text(), server_default=sa.text("'net_sales'"), nullable=False),
        sa.Column("period_id", types.ID, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_target_territory_id_period_id", "target", ["territory_id", "period_id"])

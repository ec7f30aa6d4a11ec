"""Visits, promises, stock, targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "visit_plan",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("planned_on", types.DAY, nullable=False),
        sa.Column("start_minute", sa.BigInteger),
        sa.Column("duration_minutes", sa.BigInteger),
        sa.Column("purpose", sa.Text),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'planned'")),
        sa.Column("checked_in_at", sa.BigInteger),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_visit_plan_partner_id_id", "visit_plan", ["partner_id", "id"])
    op.create_index("ix_visit_plan_partner_id_planned_on", "visit_plan", ["partner_id", "planned_on"])
    op.create_index("ix_visit_plan_user_id_planned_on", "visit_plan", ["user_id", "planned_on"])
    op.create_table(
        "visit",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("plan_id", types.ID, sa.ForeignKey("visit_plan.id")),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("visited_on", types.DAY, nullable=False),
        sa.Column("checked_in_at", sa.BigInteger),
        sa.Column("checked_out_at", sa.BigInteger),
        sa.Column("outcome", sa.Text, nullable=False, server_default=sa.text("'met'")),
        sa.Column("note", sa.Text),
        sa.Column("latitude", sa.BigInteger),
        sa.Column("longitude", sa.BigInteger),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_visit_partner_id_id", "visit", ["partner_id", "id"])
    op.create_index("ix_visit_partner_id_visited_on", "visit", ["partner_id", "visited_on"])
    op.create_table(
        "promise",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("visit_id", types.ID, sa.ForeignKey("visit.id")),
        sa.Column("owner_id", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("promised", sa.Text, nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("done_on", types.DAY),
        sa.Column("postponed", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_promise_due_on", "promise", ["due_on"])
    op.create_index("ix_promise_partner_id", "promise", ["partner_id"])
    op.create_index("ix_promise_partner_id_id", "promise", ["partner_id", "id"])
    op.create_table(
        "stock_level",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_stock_level_partner_id_id", "stock_level", ["partner_id", "id"])
    op.create_index("ix_stock_level_partner_id_product_id", "stock_level", ["partner_id", "product_id"])
    op.create_index(
        "uq_stock_level",
        "stock_level",
        ["partner_id", "product_id"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "stock_movement",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("movement_kind", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.Column("happened_on", types.DAY, nullable=False),
        sa.Column("order_id", types.ID, sa.ForeignKey("sales_order.id")),
        sa.Column("reference", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_stock_movement_partner_id_id", "stock_movement", ["partner_id", "id"])
    op.create_index(
        "ix_stock_movement_partner_id_product_id_happened_at",
        "stock_movement",
        ["partner_id", "product_id", "happened_at"],
    )
    op.create_table(
        "stock_count",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("counted_at", sa.BigInteger, nullable=False),
        sa.Column("counted_on", types.DAY, nullable=False),
        sa.Column("counted_by", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("visit_id", types.ID, sa.ForeignKey("visit.id")),
        sa.Column("note", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_stock_count_partner_id_counted_at", "stock_count", ["partner_id", "counted_at"])
    op.create_index("ix_stock_count_partner_id_id", "stock_count", ["partner_id", "id"])
    op.create_table(
        "stock_count_line",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("stock_count_id", types.ID, sa.ForeignKey("stock_count.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("product_id", types.ID, sa.ForeignKey("product.id"), nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False),
        sa.Column("expected", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_stock_count_line_partner_id_id", "stock_count_line", ["partner_id", "id"])
    op.create_index(
        "ix_stock_count_line_partner_id_product_id", "stock_count_line", ["partner_id", "product_id"]
    )
    op.create_index("ix_stock_count_line_stock_count_id", "stock_count_line", ["stock_count_id"])
    op.create_table(
        "target",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id"), nullable=False),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("category", sa.Text),
        sa.Column("kpi", sa.Text, nullable=False, server_default=sa.text("'net_sales'")),
        sa.Column("period_id", types.ID, sa.ForeignKey("fiscal_period.id"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_target_territory_id_id", "target", ["territory_id", "id"])
    op.create_index("ix_target_territory_id_period_id", "target", ["territory_id", "period_id"])
    op.create_index(
        "uq_target",
        "target",
        ["territory_id", "user_id", "partner_id", "category", "kpi", "period_id"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )

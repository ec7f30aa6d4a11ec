"""Counts of which a person decides, why they differ, and how far they may differ before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "count_limit",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    status = sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'counted'"))
    with op.batch_alter_table("stock_count", recreate="always") as batch:
        batch.add_column(status, insert_after="warehouse_id")
        batch.add_column(sa.Column("approval_id", types.ID), insert_after="status")
    op.create_index("ix_stock_count_approval_id", "stock_count", ["approval_id"])
    with op.batch_alter_table("stock_count_line", recreate="always") as batch:
        batch.add_column(sa.Column("reason_code", sa.Text()), insert_after="reason")

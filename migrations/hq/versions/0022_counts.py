"""Counts of which a person decides, why they differ, and how far they may differ before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "count_limit",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_count_limit", "count_limit", ["currency"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    status = sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'counted'"))
    op.add_column("stock_count", status)
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table, but a column with one
        op.execute("ALTER TABLE stock_count ADD COLUMN approval_id BLOB REFERENCES approval (id)")
    else:
        op.add_column("stock_count", sa.Column("approval_id", types.ID, sa.ForeignKey("approval.id")))
    op.create_index("ix_stock_count_approval_id", "stock_count", ["approval_id"])
    op.add_column("stock_count_line", sa.Column("reason_code", sa.Text()))

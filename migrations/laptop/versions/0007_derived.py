"""What is computed from the rows, and the search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_by_category",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="fiscal_period.code; empty outside the calendar"
        ),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "period", "category", "currency"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sales_by_category_period", "sales_by_category", ["period", "partner_id"])
    op.create_table(
        "sales_by_period",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "period", "currency"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sales_by_period_period", "sales_by_period", ["period", "partner_id"])
    op.create_table(
        "stock_position",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "as_of", sa.BigInteger(), nullable=False, comment="the anchor's moment; 0 when there is none"
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="count, reported or movements"),
        sa.Column("moved", sa.BigInteger(), nullable=False, comment="sum of movements after the anchor"),
        sa.PrimaryKeyConstraint("partner_id", "product_id"),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column(
            "haystack", sa.Text(), nullable=False, comment="lower case: names, codes, pinyin and its initials"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_entry_row", "search_entry", ["entity", "row_id"], unique=True)
    # Contentless: the text stands in search_entry already, and deleting needs no old values.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "haystack, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')"
    )

"""What partners sold on, as it was reported."""

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
        "sell_out",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("buyer_partner_id", types.ID),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("currency", sa.Text()),
        sa.Column("first_on", types.DAY, nullable=False),
        sa.Column("last_on", types.DAY, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("document", sa.Text()),
        sa.Column("document_line", sa.Text()),
        sa.Column("occurrence", sa.BigInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reverses_id", types.ID),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sell_out_buyer_partner_id_product_id", "sell_out", ["buyer_partner_id", "product_id"])
    op.create_index("ix_sell_out_partner_id_identity", "sell_out", ["partner_id", "identity"])
    op.create_index(
        "ix_sell_out_partner_id_product_id_happened_at",
        "sell_out",
        ["partner_id", "product_id", "happened_at"],
    )
    op.create_index("ix_sell_out_report", "sell_out", ["report"])
    op.create_index("ix_sell_out_reverses_id", "sell_out", ["reverses_id"])

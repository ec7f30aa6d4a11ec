"""Payments, promises to pay, blocked partners; requests that are about no order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_block",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("block_kind", sa.Text(), nullable=False, server_default=sa.text("'person'")),
        sa.Column("blocked_on", types.DAY, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'blocked'")),
        sa.Column("release_note", sa.Text()),
        sa.Column("reasons", sa.Text()),
        sa.Column("released_at", sa.BigInteger()),
        sa.Column("released_by", types.ID),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_credit_block_partner_id", "credit_block", ["partner_id"])
    op.create_table(
        "payment",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("received_on", types.DAY, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("method", sa.Text(), nullable=False, server_default=sa.text("'transfer'")),
        sa.Column("reference", sa.Text()),
        sa.Column("reverses_id", types.ID),
        sa.Column("note", sa.Text()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_payment_open_amount", "payment", ["open_amount"])
    op.create_index("ix_payment_partner_id_received_on", "payment", ["partner_id", "received_on"])
    op.create_index("ix_payment_reverses_id", "payment", ["reverses_id"])
    op.create_table(
        "payment_allocation",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("payment_id", types.ID, nullable=False),
        sa.Column("receivable_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_payment_allocation_partner_id", "payment_allocation", ["partner_id"])
    op.create_index("ix_payment_allocation_payment_id", "payment_allocation", ["payment_id"])
    op.create_index("ix_payment_allocation_receivable_id", "payment_allocation", ["receivable_id"])
    op.create_table(
        "payment_promise",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("receivable_id", types.ID),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("made_on", types.DAY, nullable=False),
        sa.Column("promised_on", types.DAY, nullable=False),
        sa.Column("withdrawn_on", types.DAY),
        sa.Column("note", sa.Text()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_payment_promise_partner_id_promised_on", "payment_promise", ["partner_id", "promised_on"]
    )
    op.create_index("ix_payment_promise_promised_on", "payment_promise", ["promised_on"])
    op.create_index("ix_payment_promise_receivable_id", "payment_promise", ["receivable_id"])
    block = sa.Column("block_id", types.ID)
    with op.batch_alter_table("approval", recreate="always") as batch:
        batch.add_column(block, insert_after="order_id")
        batch.alter_column("order_id", existing_type=types.ID, nullable=True)
    op.create_index("ix_approval_block_id", "approval", ["block_id"])
    settled = sa.Column("settled", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    with op.batch_alter_table("receivable", recreate="always") as batch:
        batch.add_column(settled, insert_after="open_amount")

"""Payments, promises to pay, blocked partners; requests that are about no order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_block",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("block_kind", sa.Text(), nullable=False, server_default=sa.text("'person'")),
        sa.Column("blocked_on", types.DAY, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'blocked'")),
        sa.Column("release_note", sa.Text()),
        sa.Column("reasons", sa.Text()),
        sa.Column("released_at", sa.BigInteger()),
        sa.Column("released_by", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_credit_block_partner_id", "credit_block", ["partner_id"])
    op.create_index("ix_credit_block_partner_id_id", "credit_block", ["partner_id", "id"])
    op.create_table(
        "payment",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("received_on", types.DAY, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("method", sa.Text(), nullable=False, server_default=sa.text("'transfer'")),
        sa.Column("reference", sa.Text()),
        sa.Column("reverses_id", types.ID, sa.ForeignKey("payment.id")),
        sa.Column("note", sa.Text()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_payment_open_amount", "payment", ["open_amount"])
    op.create_index("ix_payment_partner_id_id", "payment", ["partner_id", "id"])
    op.create_index("ix_payment_partner_id_received_on", "payment", ["partner_id", "received_on"])
    op.create_index("ix_payment_reverses_id", "payment", ["reverses_id"])
    op.create_table(
        "payment_allocation",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("payment_id", types.ID, sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("receivable_id", types.ID, sa.ForeignKey("receivable.id"), nullable=False),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_payment_allocation_partner_id", "payment_allocation", ["partner_id"])
    op.create_index("ix_payment_allocation_partner_id_id", "payment_allocation", ["partner_id", "id"])
    op.create_index("ix_payment_allocation_payment_id", "payment_allocation", ["payment_id"])
    op.create_index("ix_payment_allocation_receivable_id", "payment_allocation", ["receivable_id"])
    op.create_table(
        "payment_promise",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("receivable_id", types.ID, sa.ForeignKey("receivable.id")),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("made_on", types.DAY, nullable=False),
        sa.Column("promised_on", types.DAY, nullable=False),
        sa.Column("withdrawn_on", types.DAY),
        sa.Column("note", sa.Text()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_payment_promise_partner_id_id", "payment_promise", ["partner_id", "id"])
    op.create_index(
        "ix_payment_promise_partner_id_promised_on", "payment_promise", ["partner_id", "promised_on"]
    )
    op.create_index("ix_payment_promise_promised_on", "payment_promise", ["promised_on"])
    op.create_index("ix_payment_promise_receivable_id", "payment_promise", ["receivable_id"])
    if op.get_bind().dialect.name == "sqlite":  # which adds no constraint to a table, but a column with one
        op.execute("ALTER TABLE approval ADD COLUMN block_id BLOB REFERENCES credit_block (id)")
        _order_may_be_missing()
    else:
        op.add_column("approval", sa.Column("block_id", types.ID, sa.ForeignKey("credit_block.id")))
        op.alter_column("approval", "order_id", nullable=True)
    op.create_index("ix_approval_block_id", "approval", ["block_id"])
    settled = sa.Column("settled", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    op.add_column("receivable", settled)
    op.execute("UPDATE receivable SET settled = amount - open_amount WHERE amount <> open_amount")


def _order_may_be_missing() -> None:
    """Takes NOT NULL away where the schema says so, as SQLite's own manual does (lang_altertable): the table
    cannot be made anew in a transaction while others point at it.
    """
    connection = op.get_bind()
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, 'order_id BLOB NOT NULL', 'order_id BLOB') "
        "WHERE type = 'table' AND name = 'approval'"
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")

"""Feed, answers given, tokens, audit trail, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BigSerial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("entity", sa.Text, primary_key=True),
        sa.Column("row_id", types.ID, primary_key=True),
        sa.Column(
            "unit_kind", sa.Text, primary_key=True, comment="g global, t territory, p partner, u private"
        ),
        sa.Column("unit_id", types.ID, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="the rv of the row; in the order of commits"),
        sa.Column("first_seq", sa.BigInteger, nullable=False, comment="when the row first entered this unit"),
        sa.Column("gone", sa.SmallInteger, nullable=False, comment="1: deleted, or moved to another unit"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ux_feed_seq", "feed", ["seq"], unique=True)
    op.create_table(
        "feed_pending",
        sa.Column("n", BigSerial, primary_key=True),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("unit_kind", sa.Text, nullable=False),
        sa.Column("unit_id", types.ID, nullable=False),
        sa.Column("gone", sa.SmallInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed_position",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="the newest seq given"),
    )
    op.create_table(
        "applied_mutation",
        sa.Column("device_id", types.ID, primary_key=True),
        sa.Column("mid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("uuid", types.ID, nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False, comment="SHA-256 of the mutation as sent"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False, comment="JSON, given again exactly as it stands"),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_applied_mutation_uuid", "applied_mutation", ["uuid", "user_id"])
    op.create_table(
        "access_token",
        sa.Column(
            "token_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the token is not kept"
        ),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("device_id", types.ID, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_access_token_user", "access_token", ["user_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("blocked_until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", BigSerial, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user_id", types.ID, comment="null: the operator at the server's console"),
        sa.Column("device_id", types.ID),
        sa.Column("action", sa.Text, nullable=False, comment="insert, patch, delete, load, sign_in, ..."),
        sa.Column("entity", sa.Text),
        sa.Column("row_id", types.ID),
        sa.Column("diff", sa.Text, nullable=False, comment="JSON: field to [before, after], or a summary"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_row", "audit_entry", ["entity", "row_id"])
    op.create_table(
        "server_state",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "number_counter",
        sa.Column("name", sa.Text, primary_key=True, comment="for example SO-2026"),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO feed_position (id, seq) VALUES (1, 0)")

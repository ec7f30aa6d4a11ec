"""What waits to be sent, what needs a person, the local state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", types.ID, nullable=False, comment="makes the mutation idempotent"),
        sa.Column(
            "txn", types.ID, nullable=False, comment="the local transaction it belongs to: all or nothing"
        ),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("op", sa.Text(), nullable=False, comment="insert, patch or delete"),
        sa.Column("base_rv", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False, comment="JSON: the changed fields as they were"),
        sa.Column("changes", sa.Text(), nullable=False, comment="JSON: the fields as they are now"),
        sa.Column("increments", sa.Text(), nullable=False, comment="JSON: counters by how much"),
        sa.Column(
            "deps",
            sa.Text(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="JSON: uuids it waits for",
        ),
        sa.Column(
            "mid",
            sa.BigInteger(),
            nullable=True,
            comment="given at the first sending; a sent mutation is frozen",
        ),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "sent",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="1: sent before under another number; 2: another copy of the profile has it too",
        ),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_row", "outbox", ["entity", "row_id"])
    op.create_index("ix_outbox_txn", "outbox", ["txn"])
    op.create_table(
        "shadow",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False),
        sa.Column(
            "image",
            sa.Text(),
            nullable=True,
            comment="JSON of headquarters' row; null once headquarters deleted it",
        ),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="conflict, rejection or set_aside"),
        sa.Column("state", sa.Text(), nullable=False, comment="open or decided"),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("txn", types.ID, nullable=True),
        sa.Column("notice", sa.Text(), nullable=False, comment="JSON: code, params, English fallback"),
        sa.Column(
            "fields",
            sa.Text(),
            nullable=False,
            comment="JSON list of {group, base, mine, theirs, policy, result}",
        ),
        sa.Column("mutations", sa.Text(), nullable=False, comment="JSON list of what was sent, in order"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True, comment="JSON"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inbox_row", "inbox", ["entity", "row_id"])
    op.create_index("ix_inbox_state", "inbox", ["state"])
    op.create_table(
        "journal",
        sa.Column("uuid", types.ID, nullable=False),
        sa.Column("device_id", types.ID, nullable=False, comment="as which device it was sent"),
        sa.Column("mid", sa.BigInteger(), nullable=False),
        sa.Column("mutation", sa.Text(), nullable=False, comment="JSON, as it was sent"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid"),
        comment="what headquarters took: sent again should it ever be restored from an older backup",
    )
    op.create_table(
        "held_unit",
        sa.Column("kind", sa.Text(), nullable=False, comment="partner or territory"),
        sa.Column("id", types.ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="complete, partial (being filled) or damaged"),
        sa.PrimaryKeyConstraint("kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stale_row",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.PrimaryKeyConstraint("entity", "row_id"),
        comment="rows that a comparison has not confirmed yet; what remains at its end goes",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sync_round",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why it ran: interval, work, person, reconnect, ...",
        ),
        sa.Column("outcome", sa.Text(), nullable=False, comment="finished, cancelled or failed"),
        sa.Column("mode", sa.Text(), nullable=False, comment="of the pull: backfill, feed or none"),
        sa.Column("pushed", sa.Integer(), nullable=False),
        sa.Column("pulled", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("bytes_sent", sa.BigInteger(), nullable=False),
        sa.Column("bytes_received", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True, comment="JSON list: why it failed, or what it mended"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "local_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )

"""Files of partners and visits; their content lies in a database of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("plan_id", types.ID, nullable=True),
        sa.Column("visit_id", types.ID, nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "media_type", sa.Text(), server_default=sa.text("'application/octet-stream'"), nullable=False
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_attachment_partner_id_created_at", "attachment", ["partner_id", "created_at"])
    op.create_index("ix_attachment_plan_id", "attachment", ["plan_id"])
    op.create_index("ix_attachment_visit_id", "attachment", ["visit_id"])
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_index("ix_attachment_created_by_stored_at", "attachment", ["created_by", "stored_at"])

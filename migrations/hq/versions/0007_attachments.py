"""Files of partners and visits, and their content."""

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
        "attachment",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("plan_id", types.ID, sa.ForeignKey("visit_plan.id")),
        sa.Column("visit_id", types.ID, sa.ForeignKey("visit.id")),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column(
            "media_type", sa.Text, nullable=False, server_default=sa.text("'application/octet-stream'")
        ),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("thumbnail", sa.Text),
        sa.Column("stored_at", sa.BigInteger),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_attachment_partner_id_id", "attachment", ["partner_id", "id"])
    op.create_index("ix_attachment_partner_id_created_at", "attachment", ["partner_id", "created_at"])
    op.create_index("ix_attachment_plan_id", "attachment", ["plan_id"])
    op.create_index("ix_attachment_visit_id", "attachment", ["visit_id"])
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_index("ix_attachment_created_by_stored_at", "attachment", ["created_by", "stored_at"])
    op.create_table(
        "blob",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False, comment="bytes, without a gap from the first"),
        sa.Column("complete", sa.SmallInteger, nullable=False, comment="1: all there, and its hash is right"),
        sa.Column("started_at", sa.BigInteger, nullable=False),
    )
    whole = sa.text("complete = 1")
    op.create_index(
        "uq_blob_sha256", "blob", ["sha256"], unique=True, sqlite_where=whole, postgresql_where=whole
    )
    op.create_table(
        "blob_chunk",
        sa.Column("blob_id", types.ID, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", types.ID, primary_key=True),
        sa.Column("blob_id", types.ID, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False, comment="what the sender may prove possession with"),
    )
    op.create_index("ix_attachment_content_blob_id", "attachment_content", ["blob_id"])
    if op.get_bind().dialect.name == "postgresql":  # pictures do not shrink, and parts are read by range
        op.execute("ALTER TABLE blob_chunk ALTER COLUMN data SET STORAGE EXTERNAL")

"""Publications that wait at headquarters for their moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("publish_at", sa.BigInteger()),
        sa.Column("parts", sa.BigInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("row_count", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'scheduled'")),
        sa.Column("reasons", sa.Text()),
        sa.Column("decided_by", types.ID),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_publication_status", "publication", ["status"])
    op.create_table(
        "publication_part",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("updated_by", types.ID),
        sa.Column("publication_id", types.ID, nullable=False),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_publication_part_publication_id", "publication_part", ["publication_id"])

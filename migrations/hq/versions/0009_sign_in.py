"""Refresh tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refresh_token",
        sa.Column(
            "token_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the token is not kept"
        ),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("device_id", types.ID, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column(
            "signed_in_at", sa.BigInteger, nullable=False, comment="when the person last proved who it is"
        ),
        sa.Column("used_at", sa.BigInteger),
        sa.Column(
            "request_id", types.ID, comment="of the request that used it: the same one gets the same answer"
        ),
    )
    op.create_index("ix_refresh_token_device_id", "refresh_token", ["device_id"])

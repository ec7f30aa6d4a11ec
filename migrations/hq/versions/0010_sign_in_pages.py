"""Signing in on headquarters' own page or by a code; tries are counted by login and by place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("sign_in_failure")
    op.create_table(
        "sign_in_tally",
        sa.Column(
            "key", sa.LargeBinary(32), primary_key=True, comment="keyed hash of whose tries are counted"
        ),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
        sa.Column("blocked_until", sa.BigInteger, nullable=False),
        sa.Column(
            "proved_at", sa.BigInteger, comment="when the person last proved who it is from this place"
        ),
    )
    op.create_index("ix_sign_in_tally_tried_at", "sign_in_tally", ["tried_at"])
    op.create_table(
        "authorization_code",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the code is not kept"),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False, comment="RFC 7636, S256"),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_authorization_code_ends_at", "authorization_code", ["ends_at"])
    op.create_table(
        "device_code",
        sa.Column(
            "code_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256 of what the laptop asks with"
        ),
        sa.Column(
            "typed_hash", sa.LargeBinary(32), nullable=False, comment="keyed hash of what the person types"
        ),
        sa.Column("name", sa.Text, comment="of the laptop, as it says"),
        sa.Column("user_id", types.ID, comment="who proved to be there; null until then"),
        sa.Column("asked_at", sa.BigInteger, nullable=False, comment="when the laptop last asked"),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_device_code_typed_hash", "device_code", ["typed_hash"], unique=True)
    op.create_index("ix_device_code_ends_at", "device_code", ["ends_at"])

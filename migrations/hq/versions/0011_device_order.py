"""Orders to devices: to destroy what they have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_order",
        sa.Column("device_id", types.ID, primary_key=True),
        sa.Column("statement", sa.Text, nullable=False, comment="signed: what the device shall do"),
        sa.Column("at_once", sa.SmallInteger, nullable=False, comment="1: nothing more is taken from it"),
        sa.Column("ordered_at", sa.BigInteger, nullable=False),
        sa.Column("obeyed_at", sa.BigInteger, comment="when the device said that it did it"),
        sa.Column("destroyed", sa.Integer, comment="edits and files that it had not handed in"),
    )

"""What a promotion is planned to sell more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("promotion", sa.Column("expected_lift", sa.BigInteger()))

"""What a promotion is planned to sell more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("promotion", recreate="always") as batch:
        batch.add_column(sa.Column("expected_lift", sa.BigInteger()), insert_after="budget")

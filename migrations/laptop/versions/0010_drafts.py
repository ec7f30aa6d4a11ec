"""Changes of reference data that wait until their person publishes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.text("ALTER TABLE outbox ADD COLUMN draft SMALLINT DEFAULT 0 NOT NULL"))

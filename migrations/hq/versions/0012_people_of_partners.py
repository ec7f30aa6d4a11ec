"""People of partners, and the files that are shared with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_user", sa.Column("partner_id", types.ID, nullable=True))
    op.add_column(
        "attachment", sa.Column("shared", sa.SmallInteger, nullable=False, server_default=sa.text("0"))
    )

"""People of partners, and the files that are shared with them, who do not get logins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("app_user", recreate="always") as batch:
        batch.add_column(sa.Column("partner_id", types.ID, nullable=True), insert_after="active")
        batch.alter_column("login", existing_type=sa.Text(), nullable=True)
    shared = sa.Column("shared", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
    with op.batch_alter_table("attachment", recreate="always") as batch:
        batch.add_column(shared, insert_after="stored_at")

"""Partners and their people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_local", sa.Text),
        sa.Column("channel_type_id", types.ID, sa.ForeignKey("channel_type.id")),
        sa.Column("tier_id", types.ID, sa.ForeignKey("tier.id")),
        sa.Column("parent_id", types.ID, sa.ForeignKey("partner.id")),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id"), nullable=False),
        sa.Column("stage", sa.Text, nullable=False, server_default=sa.text("'active'")),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("credit_limit", sa.BigInteger),
        sa.Column("payment_days", sa.BigInteger),
        sa.Column("phone", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("city", sa.Text),
        sa.Column("postal_code", sa.Text),
        sa.Column("country", sa.Text),
        sa.Column("latitude", sa.BigInteger),
        sa.Column("longitude", sa.BigInteger),
        sa.Column("tax_number", sa.Text),
        sa.Column("delivery_note", sa.Text),
        sa.Column("joined_on", types.DAY),
        sa.Column("custom", sa.Text, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_partner_code", "partner", ["code"])
    op.create_index("ix_partner_name", "partner", ["name"])
    op.create_index("ix_partner_territory_id", "partner", ["territory_id"])
    op.create_index(
        "uq_partner", "partner", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "contact",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("partner_id", types.ID, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("job_title", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("main", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("consent", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("note", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_contact_partner_id", "contact", ["partner_id"])
    op.create_index("ix_contact_partner_id_id", "contact", ["partner_id", "id"])

"""Organisation: territories, periods, rates, people, roles, devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    op.create_table(
        "role",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sees_sensitive", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("writes_reference", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("writes_field", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("uq_role", "role", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE)
    op.create_table(
        "app_user",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role_code", sa.Text, nullable=False, server_default=sa.text("'manager'")),
        sa.Column("title", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("active", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_app_user", "app_user", ["login"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "credential",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_credential", "credential", ["user_id"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "territory",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent_id", types.ID, sa.ForeignKey("territory.id")),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("manager_id", types.ID, sa.ForeignKey("app_user.id")),
        sa.Column("time_zone", sa.Text, nullable=False, server_default=sa.text("'UTC'")),
        sa.Column("currency", sa.Text),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_territory_path", "territory", ["path"])
    op.create_index(
        "uq_territory", "territory", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "scope_grant",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("territory_id", types.ID, sa.ForeignKey("territory.id"), nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_scope_grant_user_id_id", "scope_grant", ["user_id", "id"])
    op.create_index(
        "uq_scope_grant",
        "scope_grant",
        ["user_id", "territory_id"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "device",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("user_id", types.ID, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("last_mid", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("last_seen_at", sa.BigInteger),
        sa.Column("revoked", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_device", "device", ["prefix"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "fiscal_period",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("quarter", sa.BigInteger, nullable=False),
        sa.Column("starts_on", types.DAY, nullable=False),
        sa.Column("ends_on", types.DAY, nullable=False),
        sa.Column("trading_days", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_fiscal_period_starts_on", "fiscal_period", ["starts_on"])
    op.create_index(
        "uq_fiscal_period", "fiscal_period", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("base_currency", sa.Text, nullable=False),
        sa.Column("valid_from", types.DAY, nullable=False),
        sa.Column("rate", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_exchange_rate",
        "exchange_rate",
        ["currency", "base_currency", "valid_from"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "tax_code",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rate", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_tax_code", "tax_code", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "channel_type",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_local", sa.Text),
        sa.Column("mix_group", sa.Text, nullable=False),
        sa.Column("priority", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("plan_share", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index(
        "uq_channel_type", "channel_type", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE
    )
    op.create_table(
        "tier",
        sa.Column("id", types.ID, primary_key=True),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("created_by", types.ID),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("updated_by", types.ID),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_local", sa.Text),
        sa.Column("rank_number", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("uq_tier", "tier", ["code"], unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE)

"""The first schema: synchronised rows, what waits to be sent, what is derived, the search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role_code", sa.Text(), server_default=sa.text("'manager'"), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "channel_type",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("mix_group", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("plan_share", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "contact",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("main", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("consent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_partner_id", ["partner_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("draft_kind", sa.Text(), nullable=False),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_user_id_draft_kind", ["user_id", "draft_kind"], unique=False)

    op.create_table(
        "exchange_rate",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("valid_from", types.DAY, nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "fiscal_period",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", types.DAY, nullable=False),
        sa.Column("ends_on", types.DAY, nullable=False),
        sa.Column("trading_days", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("fiscal_period", schema=None) as batch_op:
        batch_op.create_index("ix_fiscal_period_starts_on", ["starts_on"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="conflict, rejection or set_aside"),
        sa.Column("state", sa.Text(), nullable=False, comment="open or decided"),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("txn", types.ID, nullable=True),
        sa.Column("notice", sa.Text(), nullable=False, comment="JSON: code, params, English fallback"),
        sa.Column(
            "fields",
            sa.Text(),
            nullable=False,
            comment="JSON list of {group, base, mine, theirs, policy, result}",
        ),
        sa.Column("mutations", sa.Text(), nullable=False, comment="JSON list of what was sent, in order"),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True, comment="JSON"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_row", ["entity", "row_id"], unique=False)
        batch_op.create_index("ix_inbox_state", ["state"], unique=False)

    op.create_table(
        "local_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "order_line",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("order_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("line_number", sa.BigInteger(), nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index("ix_order_line_order_id", ["order_id"], unique=False)
        batch_op.create_index(
            "ix_order_line_partner_id_product_id", ["partner_id", "product_id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", types.ID, nullable=False, comment="makes the mutation idempotent"),
        sa.Column(
            "txn", types.ID, nullable=False, comment="the local transaction it belongs to: all or nothing"
        ),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("op", sa.Text(), nullable=False, comment="insert, patch or delete"),
        sa.Column("base_rv", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False, comment="JSON: the changed fields as they were"),
        sa.Column("changes", sa.Text(), nullable=False, comment="JSON: the fields as they are now"),
        sa.Column("increments", sa.Text(), nullable=False, comment="JSON: counters by how much"),
        sa.Column(
            "deps",
            sa.Text(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="JSON: uuids it waits for",
        ),
        sa.Column(
            "mid",
            sa.BigInteger(),
            nullable=True,
            comment="given at the first sending; a sent mutation is frozen",
        ),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_row", ["entity", "row_id"], unique=False)
        batch_op.create_index("ix_outbox_txn", ["txn"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("channel_type_id", types.ID, nullable=True),
        sa.Column("tier_id", types.ID, nullable=True),
        sa.Column("parent_id", types.ID, nullable=True),
        sa.Column("territory_id", types.ID, nullable=False),
        sa.Column("stage", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("credit_limit", sa.BigInteger(), nullable=True),
        sa.Column("payment_days", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("tax_number", sa.Text(), nullable=True),
        sa.Column("delivery_note", sa.Text(), nullable=True),
        sa.Column("joined_on", types.DAY, nullable=True),
        sa.Column("custom", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index("ix_partner_code", ["code"], unique=False)
        batch_op.create_index("ix_partner_name", ["name"], unique=False)
        batch_op.create_index("ix_partner_territory_id", ["territory_id"], unique=False)

    op.create_table(
        "price_item",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("price_list_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("price_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_price_item_product_id_price_list_id", ["product_id", "price_list_id"], unique=False
        )

    op.create_table(
        "price_list",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("territory_id", types.ID, nullable=True),
        sa.Column("channel_type_id", types.ID, nullable=True),
        sa.Column("tier_id", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("valid_from", types.DAY, nullable=True),
        sa.Column("valid_to", types.DAY, nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "product",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("base_unit", sa.Text(), server_default=sa.text("'pc'"), nullable=False),
        sa.Column("pack_quantity", sa.BigInteger(), server_default=sa.text("(1000)"), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("tax_code_id", types.ID, nullable=True),
        sa.Column("active", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index("ix_product_barcode", ["barcode"], unique=False)
        batch_op.create_index("ix_product_category", ["category"], unique=False)
        batch_op.create_index("ix_product_sku", ["sku"], unique=False)

    op.create_table(
        "promise",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("visit_id", types.ID, nullable=True),
        sa.Column("owner_id", types.ID, nullable=True),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("done_on", types.DAY, nullable=True),
        sa.Column("postponed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index("ix_promise_due_on", ["due_on"], unique=False)
        batch_op.create_index("ix_promise_partner_id", ["partner_id"], unique=False)

    op.create_table(
        "receivable",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("order_id", types.ID, nullable=True),
        sa.Column("issued_on", types.DAY, nullable=False),
        sa.Column("due_on", types.DAY, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("receivable", schema=None) as batch_op:
        batch_op.create_index("ix_receivable_partner_id_due_on", ["partner_id", "due_on"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sees_sensitive", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("writes_reference", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("writes_field", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sales_by_category",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="fiscal_period.code; empty outside the calendar"
        ),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "period", "category", "currency"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sales_by_category", schema=None) as batch_op:
        batch_op.create_index("ix_sales_by_category_period", ["period", "partner_id"], unique=False)

    op.create_table(
        "sales_by_period",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "period", "currency"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sales_by_period", schema=None) as batch_op:
        batch_op.create_index("ix_sales_by_period_period", ["period", "partner_id"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("provisional_number", sa.Text(), nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("salesperson_id", types.ID, nullable=True),
        sa.Column("source", sa.Text(), server_default=sa.text("'field'"), nullable=False),
        sa.Column("order_kind", sa.Text(), server_default=sa.text("'order'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'placed'"), nullable=False),
        sa.Column("order_date", types.DAY, nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("requested_on", types.DAY, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_number", ["number"], unique=False)
        batch_op.create_index("ix_sales_order_order_date", ["order_date"], unique=False)
        batch_op.create_index(
            "ix_sales_order_partner_id_order_date", ["partner_id", "order_date"], unique=False
        )
        batch_op.create_index("ix_sales_order_provisional_number", ["provisional_number"], unique=False)
        batch_op.create_index("ix_sales_order_status", ["status"], unique=False)

    op.create_table(
        "scope_grant",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("territory_id", types.ID, nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column(
            "haystack", sa.Text(), nullable=False, comment="lower case: names, codes, pinyin and its initials"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_row", ["entity", "row_id"], unique=True)

    op.create_table(
        "shadow",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", types.ID, nullable=False),
        sa.Column("rv", sa.BigInteger(), nullable=False),
        sa.Column(
            "image",
            sa.Text(),
            nullable=True,
            comment="JSON of headquarters' row; null once headquarters deleted it",
        ),
        sa.PrimaryKeyConstraint("entity", "row_id"),
    )
    op.create_table(
        "stock_count",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("counted_on", types.DAY, nullable=False),
        sa.Column("counted_by", types.ID, nullable=True),
        sa.Column("visit_id", types.ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_count_partner_id_counted_at", ["partner_id", "counted_at"], unique=False
        )

    op.create_table(
        "stock_count_line",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("stock_count_id", types.ID, nullable=False),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_count_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_count_line_partner_id_product_id", ["partner_id", "product_id"], unique=False
        )
        batch_op.create_index("ix_stock_count_line_stock_count_id", ["stock_count_id"], unique=False)

    op.create_table(
        "stock_level",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_level", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_level_partner_id_product_id", ["partner_id", "product_id"], unique=False
        )

    op.create_table(
        "stock_movement",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("movement_kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", types.DAY, nullable=False),
        sa.Column("order_id", types.ID, nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_movement_partner_id_product_id_happened_at",
            ["partner_id", "product_id", "happened_at"],
            unique=False,
        )

    op.create_table(
        "stock_position",
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "as_of", sa.BigInteger(), nullable=False, comment="the anchor's moment; 0 when there is none"
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="count, reported or movements"),
        sa.Column("moved", sa.BigInteger(), nullable=False, comment="sum of movements after the anchor"),
        sa.PrimaryKeyConstraint("partner_id", "product_id"),
    )
    op.create_table(
        "target",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("territory_id", types.ID, nullable=False),
        sa.Column("user_id", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("kpi", sa.Text(), server_default=sa.text("'net_sales'"), nullable=False),
        sa.Column("period_id", types.ID, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index("ix_target_territory_id_period_id", ["territory_id", "period_id"], unique=False)

    op.create_table(
        "tax_code",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "territory",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", types.ID, nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("manager_id", types.ID, nullable=True),
        sa.Column("time_zone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.create_index("ix_territory_path", ["path"], unique=False)

    op.create_table(
        "tier",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_local", sa.Text(), nullable=True),
        sa.Column("rank_number", sa.BigInteger(), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unit_conversion",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("product_id", types.ID, nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unit_conversion", schema=None) as batch_op:
        batch_op.create_index("ix_unit_conversion_product_id", ["product_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("plan_id", types.ID, nullable=True),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("visited_on", types.DAY, nullable=False),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_out_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'met'"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_partner_id_visited_on", ["partner_id", "visited_on"], unique=False)

    op.create_table(
        "visit_plan",
        sa.Column("id", types.ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("created_by", types.ID, nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", types.ID, nullable=True),
        sa.Column("partner_id", types.ID, nullable=False),
        sa.Column("user_id", types.ID, nullable=False),
        sa.Column("planned_on", types.DAY, nullable=False),
        sa.Column("start_minute", sa.BigInteger(), nullable=True),
        sa.Column("duration_minutes", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("rv", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("visit_plan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visit_plan_partner_id_planned_on", ["partner_id", "planned_on"], unique=False
        )
        batch_op.create_index("ix_visit_plan_user_id_planned_on", ["user_id", "planned_on"], unique=False)
    # Contentless: the text stands in search_entry already, and deleting needs no old values.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "haystack, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')"
    )

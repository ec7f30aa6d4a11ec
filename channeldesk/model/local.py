"""Tables that exist on the laptop only: what waits to be sent, what needs a person, what is derived.

They stand in the model because queries read them; ``store`` and ``sync`` alone write them.
"""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.tables import Id, laptop

NEW, SENT, COPIED = 0, 1, 2
"""Of ``outbox.sent``: never sent; sent before under another number, so that it stands as it is, since
headquarters may know it; in the outbox of another copy of this profile too: a row made there is not unmade
in silence.
"""

outbox = sa.Table(
    "outbox",
    laptop,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("uuid", Id, nullable=False, comment="makes the mutation idempotent"),
    sa.Column("txn", Id, nullable=False, comment="the local transaction it belongs to: all or nothing"),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Id, nullable=False),
    sa.Column("op", sa.Text, nullable=False, comment="insert, patch or delete"),
    sa.Column("base_rv", sa.BigInteger, nullable=False),
    sa.Column("base", sa.Text, nullable=False, comment="JSON: the changed fields as they were"),
    sa.Column("changes", sa.Text, nullable=False, comment="JSON: the fields as they are now"),
    sa.Column("increments", sa.Text, nullable=False, comment="JSON: counters by how much"),
    sa.Column(
        "deps", sa.Text, nullable=False, server_default=sa.text("'[]'"), comment="JSON: uuids it waits for"
    ),
    sa.Column("mid", sa.BigInteger, comment="given at the first sending; a sent mutation is frozen"),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column(
        "sent",
        sa.SmallInteger,
        nullable=False,
        server_default=sa.text("0"),
        comment="1: sent before under another number; 2: another copy of the profile has it too",
    ),
    sa.Column(
        "draft",
        sa.SmallInteger,
        nullable=False,
        server_default=sa.text("0"),
        comment="1: goes nowhere until its person publishes it",
    ),
    sqlite_autoincrement=True,
)
sa.Index("ix_outbox_row", outbox.c.entity, outbox.c.row_id)
sa.Index("ix_outbox_txn", outbox.c.txn)

shadow = sa.Table(
    "shadow",
    laptop,
    sa.Column("entity", sa.Text, primary_key=True),
    sa.Column("row_id", Id, primary_key=True),
    sa.Column("rv", sa.BigInteger, nullable=False),
    sa.Column("image", sa.Text, comment="JSON of headquarters' row; null once headquarters deleted it"),
)

inbox = sa.Table(
    "inbox",
    laptop,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, comment="conflict, rejection or set_aside"),
    sa.Column("state", sa.Text, nullable=False, comment="open or decided"),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Id, nullable=False),
    sa.Column("txn", Id),
    sa.Column("notice", sa.Text, nullable=False, comment="JSON: code, params, English fallback"),
    sa.Column(
        "fields", sa.Text, nullable=False, comment="JSON list of {group, base, mine, theirs, policy, result}"
    ),
    sa.Column("mutations", sa.Text, nullable=False, comment="JSON list of what was sent, in order"),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Column("decided_at", sa.BigInteger),
    sa.Column("decision", sa.Text, comment="JSON"),
)
sa.Index("ix_inbox_state", inbox.c.state)
sa.Index("ix_inbox_row", inbox.c.entity, inbox.c.row_id)

journal = sa.Table(
    "journal",
    laptop,
    sa.Column("uuid", Id, primary_key=True),
    sa.Column("device_id", Id, nullable=False, comment="as which device it was sent"),
    sa.Column("mid", sa.BigInteger, nullable=False),
    sa.Column("mutation", sa.Text, nullable=False, comment="JSON, as it was sent"),
    sa.Column("answered_at", sa.BigInteger, nullable=False),
    comment="what headquarters took: sent again should it ever be restored from an older backup",
)

trail = sa.Table(
    "trail",
    laptop,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False, comment="without gaps"),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("action", sa.Text, nullable=False, comment="insert, patch, delete; or how it was answered"),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Id, nullable=False),
    sa.Column("txn", Id, nullable=False, comment="the local transaction it belongs to"),
    sa.Column(
        "diff", sa.Text, nullable=False, comment="JSON: field to [before, after]; of an answer its number"
    ),
    sa.Column("hash", sa.LargeBinary(32), nullable=False, comment="over the hash before it and the fields"),
    comment="who changed what when on this laptop, and what headquarters answered",
)

held_unit = sa.Table(
    "held_unit",
    laptop,
    sa.Column("kind", sa.Text, primary_key=True, comment="partner or territory"),
    sa.Column("id", Id, primary_key=True),
    sa.Column("state", sa.Text, nullable=False, comment="complete, partial (being filled) or damaged"),
    sqlite_with_rowid=False,
)

stale_row = sa.Table(
    "stale_row",
    laptop,
    sa.Column("entity", sa.Text, primary_key=True),
    sa.Column("row_id", Id, primary_key=True),
    sqlite_with_rowid=False,
    comment="rows that a comparison has not confirmed yet; what remains at its end goes",
)

sync_round = sa.Table(
    "sync_round",
    laptop,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger, nullable=False),
    sa.Column(
        "reason", sa.Text, nullable=False, comment="why it ran: interval, work, person, reconnect, ..."
    ),
    sa.Column("outcome", sa.Text, nullable=False, comment="finished, cancelled or failed"),
    sa.Column("mode", sa.Text, nullable=False, comment="of the pull: backfill, feed or none"),
    sa.Column("pushed", sa.Integer, nullable=False),
    sa.Column("pulled", sa.Integer, nullable=False),
    sa.Column("conflicts", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Column("set_aside", sa.Integer, nullable=False),
    sa.Column("bytes_sent", sa.BigInteger, nullable=False),
    sa.Column("bytes_received", sa.BigInteger, nullable=False),
    sa.Column("notice", sa.Text, comment="JSON list: why it failed, or what it mended"),
)

state = sa.Table(
    "local_state",
    laptop,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

sales_by_category = sa.Table(
    "sales_by_category",
    laptop,
    sa.Column("partner_id", Id, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True, comment="fiscal_period.code; empty outside the calendar"),
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, primary_key=True),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("net", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index("ix_sales_by_category_period", sales_by_category.c.period, sales_by_category.c.partner_id)

sales_by_period = sa.Table(
    "sales_by_period",
    laptop,
    sa.Column("partner_id", Id, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, primary_key=True),
    sa.Column("orders", sa.BigInteger, nullable=False),
    sa.Column("net", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index("ix_sales_by_period_period", sales_by_period.c.period, sales_by_period.c.partner_id)

stock_position = sa.Table(
    "stock_position",
    laptop,
    sa.Column("partner_id", Id, primary_key=True),
    sa.Column("product_id", Id, primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.BigInteger, nullable=False, comment="the anchor's moment; 0 when there is none"),
    sa.Column("source", sa.Text, nullable=False, comment="count, reported or movements"),
    sa.Column("moved", sa.BigInteger, nullable=False, comment="sum of movements after the anchor"),
)

search_entry = sa.Table(
    "search_entry",
    laptop,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Id, nullable=False),
    sa.Column("partner_id", Id),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("subtitle", sa.Text, nullable=False),
    sa.Column(
        "haystack", sa.Text, nullable=False, comment="lower case: names, codes, pinyin and its initials"
    ),
)
sa.Index("ix_search_entry_row", search_entry.c.entity, search_entry.c.row_id, unique=True)

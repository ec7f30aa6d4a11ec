"""Tables that exist at headquarters only: the feed, answers, tokens, the audit trail, settings."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.tables import Id, hq

BigSerial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A growing number made by the database; SQLite numbers only columns of type INTEGER by itself."""

GLOBAL_UNIT = bytes(16)
"""The unit id of what everybody holds: a key column must not be null."""

feed = sa.Table(
    "feed",
    hq,
    sa.Column("entity", sa.Text, primary_key=True),
    sa.Column("row_id", Id, primary_key=True),
    sa.Column("unit_kind", sa.Text, primary_key=True, comment="g global, t territory, p partner, u private"),
    sa.Column("unit_id", Id, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="the rv of the row; in the order of commits"),
    sa.Column("first_seq", sa.BigInteger, nullable=False, comment="when the row first entered this unit"),
    sa.Column("gone", sa.SmallInteger, nullable=False, comment="1: deleted, or moved to another unit"),
    sa.Column("at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index("ux_feed_seq", feed.c.seq, unique=True)

feed_pending = sa.Table(
    "feed_pending",
    hq,
    sa.Column("n", BigSerial, primary_key=True, autoincrement=True),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Id, nullable=False),
    sa.Column("unit_kind", sa.Text, nullable=False),
    sa.Column("unit_id", Id, nullable=False),
    sa.Column("gone", sa.SmallInteger, nullable=False),
    sqlite_autoincrement=True,
)

feed_position = sa.Table(
    "feed_position",
    hq,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="the newest seq given"),
)

applied_mutation = sa.Table(
    "applied_mutation",
    hq,
    sa.Column("device_id", Id, primary_key=True),
    sa.Column("mid", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("uuid", Id, nullable=False),
    sa.Column("content", sa.LargeBinary(32), nullable=False, comment="SHA-256 of the mutation as sent"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON, given again exactly as it stands"),
    sa.Column("received_at", sa.BigInteger, nullable=False),
)
sa.Index("ix_applied_mutation_uuid", applied_mutation.c.uuid, applied_mutation.c.user_id)

access_token = sa.Table(
    "access_token",
    hq,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the token is not kept"),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("issued_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)
sa.Index("ix_access_token_user", access_token.c.user_id)

audit_entry = sa.Table(
    "audit_entry",
    hq,
    sa.Column("seq", BigSerial, primary_key=True, autoincrement=False, comment="without gaps, from 1"),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("user_id", Id, comment="null: the operator at the server's console"),
    sa.Column("device_id", Id),
    sa.Column("action", sa.Text, nullable=False, comment="insert, patch, delete, load, sign_in, ..."),
    sa.Column("entity", sa.Text),
    sa.Column("row_id", Id),
    sa.Column("diff", sa.Text, nullable=False, comment="JSON: field to [before, after], or a summary"),
    sa.Column("hash", sa.LargeBinary(32), nullable=False, comment="over the hash before it and the fields"),
)
sa.Index("ix_audit_entry_row", audit_entry.c.entity, audit_entry.c.row_id)
_epochs = sa.text("action IN ('set_up', 'new_epoch')")
sa.Index("ix_audit_entry_epoch", audit_entry.c.seq, sqlite_where=_epochs, postgresql_where=_epochs)

audit_head = sa.Table(
    "audit_head",
    hq,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="the newest entry of the audit trail"),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)

audit_witness = sa.Table(
    "audit_witness",
    hq,
    sa.Column("device_id", Id, primary_key=True),
    sa.Column("epoch", sa.Text, primary_key=True),
    sa.Column("differs", sa.SmallInteger, primary_key=True, autoincrement=False, comment="1: not this trail"),
    sa.Column("seq", sa.BigInteger, nullable=False, comment="the head that the device was told"),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False, comment="when it told it back"),
)

server_state = sa.Table(
    "server_state",
    hq,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

number_counter = sa.Table(
    "number_counter",
    hq,
    sa.Column("name", sa.Text, primary_key=True, comment="for example SO-2026"),
    sa.Column("value", sa.BigInteger, nullable=False),
)

blob = sa.Table(
    "blob",
    hq,
    sa.Column("id", Id, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False, comment="bytes, without a gap from the first"),
    sa.Column("complete", sa.SmallInteger, nullable=False, comment="1: all there, and its hash is right"),
    sa.Column("started_at", sa.BigInteger, nullable=False),
)
_whole = sa.text("complete = 1")
sa.Index("uq_blob_sha256", blob.c.sha256, unique=True, sqlite_where=_whole, postgresql_where=_whole)

blob_chunk = sa.Table(
    "blob_chunk",
    hq,
    sa.Column("blob_id", Id, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

attachment_content = sa.Table(
    "attachment_content",
    hq,
    sa.Column("attachment_id", Id, primary_key=True),
    sa.Column("blob_id", Id, nullable=False),
    sa.Column("challenge", sa.Text, nullable=False, comment="what the sender may prove possession with"),
)
sa.Index("ix_attachment_content_blob_id", attachment_content.c.blob_id)

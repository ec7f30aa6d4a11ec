"""The audit trail becomes a chain: numbers without gaps, a hash in every entry, what laptops witnessed."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BigSerial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FIELDS = ("at", "user_id", "device_id", "action", "entity", "row_id", "diff")
_SOME = 2_000


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE audit_before AS SELECT * FROM audit_entry")
    op.drop_table("audit_entry")
    entry = op.create_table(
        "audit_entry",
        sa.Column("seq", BigSerial, primary_key=True, autoincrement=False, comment="without gaps, from 1"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user_id", types.ID, comment="null: the operator at the server's console"),
        sa.Column("device_id", types.ID),
        sa.Column("action", sa.Text, nullable=False, comment="insert, patch, delete, load, sign_in, ..."),
        sa.Column("entity", sa.Text),
        sa.Column("row_id", types.ID),
        sa.Column("diff", sa.Text, nullable=False, comment="JSON: field to [before, after], or a summary"),
        sa.Column(
            "hash", sa.LargeBinary(32), nullable=False, comment="over the hash before it and the fields"
        ),
    )
    seq, head = _link(entry)
    op.execute("DROP TABLE audit_before")
    op.create_index("ix_audit_entry_row", "audit_entry", ["entity", "row_id"])
    epochs = sa.text("action IN ('set_up', 'new_epoch')")
    op.create_index(
        "ix_audit_entry_epoch", "audit_entry", ["seq"], sqlite_where=epochs, postgresql_where=epochs
    )
    newest = op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="the newest entry of the audit trail"),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.get_bind().execute(sa.insert(newest).values(id=1, seq=seq, hash=head))
    op.create_table(
        "audit_witness",
        sa.Column("device_id", types.ID, primary_key=True),
        sa.Column("epoch", sa.Text, primary_key=True),
        sa.Column(
            "differs", sa.SmallInteger, primary_key=True, autoincrement=False, comment="1: not this trail"
        ),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="the head that the device was told"),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, comment="when it told it back"),
    )


def _link(entry: sa.Table) -> tuple[int, bytes]:
    """Numbers and links what was there, in its old order; the newest number and hash."""
    connection = op.get_bind()
    columns = [sa.column(name, entry.c[name].type) for name in ("seq", *_FIELDS)]
    before, last = sa.table("audit_before", *columns), 0
    seq, head = 0, bytes(32)
    while True:
        query = sa.select(before).where(before.c.seq > last).order_by(before.c.seq).limit(_SOME)
        found = connection.execute(query).all()
        if not found:
            return seq, head
        rows: list[dict[str, Any]] = []
        for row in found:
            seq += 1
            values = {name: getattr(row, name) for name in _FIELDS}
            head = sha256(head + _encoded([seq, *map(_plain, values.values())])).digest()
            rows.append({"seq": seq, **values, "hash": head})
        connection.execute(sa.insert(entry), rows)
        last = found[-1].seq


def _plain(value: Any) -> Any:
    return getattr(value, "bytes", value)


def _encoded(fields: Sequence[Any]) -> bytes:
    found = b""
    for one in fields:
        if one is None:
            found += b"-,"
            continue
        text = one.hex() if isinstance(one, bytes) else str(one)
        found += b"%d:%b," % (len(text.encode()), text.encode())
    return found

"""What headquarters took from this laptop, kept for a while: should headquarters ever be restored from an
older backup, what it forgot is sent again. Only ``sync`` imports this module.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import SENT, journal, outbox
from channeldesk.model.tables import laptop
from channeldesk.store import images
from channeldesk.store.outbox import Mutation, unfreeze
from channeldesk.wire.values import row_to_wire, to_json

KEPT_MS = 180 * 24 * 3600 * 1000
"""As long as headquarters remembers deletions: an older backup is not sent to, it is compared with."""

_NOTE = "INSERT OR REPLACE INTO journal (uuid, device_id, mid, mutation, answered_at) VALUES (?, ?, ?, ?, ?)"


def note(connection: sa.Connection, taken: Sequence[Mutation], device_id: bytes, now: int) -> None:
    """``now`` is the later of headquarters' time and the laptop's, and in :func:`prune` the earlier: one
    wrong clock must not cost the journal.
    """
    rows = [(one.uuid, device_id, one.mid, to_json(one.to_wire()), now) for one in taken]
    if rows:
        connection.exec_driver_sql(_NOTE, rows)


def prune(connection: sa.Connection, now: int) -> None:
    connection.execute(sa.delete(journal).where(journal.c.answered_at < now - KEPT_MS))


def replay(connection: sa.Connection) -> int:
    """Puts everything back into the outbox, before what waits there; returns how much.

    Headquarters tells by the uuid what it has. The last number that it knows does not tell: a copy of this
    profile may have used the numbers after the backup for work of its own.
    """
    unfreeze(connection)
    rows = connection.execute(sa.select(journal).order_by(sa.literal_column("rowid"))).all()
    lowest = connection.execute(sa.select(sa.func.min(outbox.c.seq))).scalar() or 1
    for seq, row in enumerate(rows, start=min(lowest, 1) - len(rows) - 1):
        sent = json.loads(row.mutation)
        row_id = bytes.fromhex(sent["id"])
        if sent["op"] == "patch":
            _keep_image(connection, sent["entity"], row_id)
        connection.execute(
            sa.insert(outbox).values(
                seq=seq,
                uuid=bytes(row.uuid),
                txn=bytes.fromhex(sent["txn"]),
                entity=sent["entity"],
                row_id=row_id,
                op=sent["op"],
                base_rv=sent["base_rv"],
                base=to_json(sent["base"]),
                changes=to_json(sent["set"]),
                increments=to_json(sent["inc"]),
                deps=json.dumps(sent["deps"]),
                sent=SENT,
                recorded_at=row.answered_at,
            )
        )
    connection.execute(sa.delete(journal))
    return len(rows)


def _keep_image(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """The row as it is stands for headquarters' version of it, until that is known again."""
    table = laptop.tables[entity]
    row = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    if row is not None and images.image_of(connection, entity, row_id) is None:
        wire = row_to_wire(ENTITIES[entity], dict(row))
        wire.pop("id")
        images.set_image(connection, entity, row_id, row["rv"], wire)
        # Its version is one that headquarters no longer counts from.
        connection.exec_driver_sql("INSERT OR IGNORE INTO stale_row VALUES (?, ?)", (entity, row_id))

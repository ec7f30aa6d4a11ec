"""Several prices changed in one edit, for tests that need a batch of drafts."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.actions import bulk, publications
from channeldesk.actions.tx import Tx
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.queries import bulk as looking
from channeldesk.rules.bulk.edits import Edit

MOMENT = 2_000_000_000_000
"""Far from now, ms UTC."""


def edits(desk: Desk) -> tuple[Edit, ...]:
    keys = desk.ask(lambda c: list(c.exec_driver_sql("SELECT rowid FROM price_item LIMIT 3").scalars()))
    return desk.ask(looking.preview, keys, "set_price", {"price": 1_0000}).planned.edits


def publication(desk: Desk, status: str = "") -> bytes:
    """One that waits for its moment, or that stands at headquarters in another status."""
    keep = desk.act(bulk.keep, edits(desk), "Spring")
    assert keep.value is not None
    row_id = desk.act(publications.schedule, "Spring", MOMENT).value
    if status:

        def arrived(tx: Tx) -> Done[None]:
            values = {"status": status, "id": row_id}
            tx.connection.execute(
                sa.text("UPDATE publication SET status = :status, rv = 5 WHERE id = :id"), values
            )
            tx.connection.execute(sa.text("DELETE FROM outbox WHERE entity LIKE 'publication%'"))
            tx.connection.execute(sa.text("DELETE FROM local_state WHERE key LIKE 'batch.%'"))
            return Done(None)

        desk.act(arrived)
    return row_id


def batch(desk: Desk) -> tuple[bytes, set[tuple[str, bytes]]]:
    """A batch that is kept, and one of its rows."""
    many = edits(desk)
    txn = desk.act(bulk.keep, many, "Spring").value
    assert txn is not None
    assert many[0].row_id is not None
    return txn, {("price_item", many[0].row_id)}

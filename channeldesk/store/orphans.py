"""Images beside rows whose edits are gone: taken back, or decided in the inbox. Only ``sync`` imports this.

Such a row is headquarters' again, if it is still there for this person.
"""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import outbox as waiting
from channeldesk.model.local import shadow
from channeldesk.store import comparing, images, outbox, units

_waits = sa.exists().where(waiting.c.entity == shadow.c.entity, waiting.c.row_id == shadow.c.row_id)
_ORPHANED = sa.select(shadow.c.entity, shadow.c.row_id).where(~_waits)


def found(connection: sa.Connection) -> list[tuple[str, bytes]]:
    """Rows with an image beside them but no edit left."""
    return [(entity, bytes(row_id)) for entity, row_id in connection.execute(_ORPHANED)]


def settle_all(connection: sa.Connection) -> set[str]:
    """Settles all of them; returns their entities.

    Before anything newer arrives for such a row: later the image would be older than the row.
    """
    moved = set()
    for entity, row_id in found(connection):
        settle(connection, entity, row_id)
        moved.add(entity)
    return moved


def settle(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """Makes the row what it should be without the edits that are gone."""
    if not outbox.of_row(connection, entity, row_id) and _left(connection, entity, row_id):
        images.forget(connection, entity, row_id)
    else:
        images.rebase(connection, entity, row_id)


def _left(connection: sa.Connection, entity: str, row_id: bytes) -> bool:
    """Whether only the edit kept the row: its unit was taken away, or a comparison has missed it."""
    owner = images.owner_of(connection, entity, row_id)
    if not units.holds(connection, ENTITIES[entity], owner):
        return True
    return images.is_stale(connection, entity, row_id) and not comparing.under_way(connection)

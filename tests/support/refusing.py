"""What headquarters refused, as the laptop keeps it until the person has decided."""

import sqlalchemy as sa

_REFUSED = """
INSERT INTO inbox (id, kind, state, entity, row_id, notice, fields, mutations, recorded_at)
VALUES (randomblob(16), 'rejection', 'open', ?, ?, '{"code": "sync.rejected", "params": {}}', '[]', '[]', 0)
"""


def refuse(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """The row comes back: headquarters never had it, nothing of it waits, a rejection is open."""
    connection.exec_driver_sql(_REFUSED, (entity, row_id))
    connection.exec_driver_sql(f"UPDATE {entity} SET rv = 0 WHERE id = ?", (row_id,))
    connection.exec_driver_sql("DELETE FROM outbox WHERE row_id = ?", (row_id,))

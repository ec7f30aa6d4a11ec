"""Rows written by headquarters' own code: stamped and audited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq


def insert(
    connection: sa.Connection,
    entity: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    now: int,
    actor: audit.Actor = audit.CONSOLE,
) -> list[bytes]:
    """Stamps, inserts and audits rows; returns their ids."""
    stamps = {"created_at": now, "created_by": actor.user_id, "updated_at": now, "updated_by": actor.user_id}
    made = [{"id": new_id(), **stamps, **row} for row in rows]
    if made:
        connection.execute(sa.insert(hq.tables[entity]), made)
        entries = [audit.Entry("insert", entity, row["id"], audit.diff(None, row)) for row in made]
        audit.record(connection, actor, entries, now)
    return [row["id"] for row in made]


def update(
    connection: sa.Connection,
    entity: str,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    now: int,
    actor: audit.Actor = audit.CONSOLE,
) -> None:
    """Stamps, writes and audits the change of one row."""
    table = hq.tables[entity]
    stamped = {**values, "updated_at": now, "updated_by": actor.user_id}
    connection.execute(sa.update(table).where(table.c.id == before["id"]).values(stamped))
    action = "delete" if values.get("deleted") else "patch"
    entry = audit.Entry(action, entity, before["id"], audit.diff(before, values))
    audit.record(connection, actor, [entry], now)


def find(connection: sa.Connection, entity: str, **key: Any) -> dict[str, Any] | None:
    """The undeleted row with these values, or None."""
    table = hq.tables[entity]
    query = sa.select(table).where(table.c.deleted == 0, *(table.c[name] == key[name] for name in key))
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)

"""Keeps the search index: one entry per partner, contact and product.

The full-text table is contentless with deletion: it holds trigrams only, because the text stands in
``search_entry``, and an entry is taken out by its number without knowing what it said (an external-content
table would be damaged for good by one wrong old value). Queries are in ``channeldesk.queries.search``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Entity
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import search_entry
from channeldesk.model.search_text import INDEX, haystack
from channeldesk.model.tables import laptop
from channeldesk.store.touched import searched

_CHUNK = 500


def refresh(connection: sa.Connection, entity: str, row_ids: Collection[bytes]) -> None:
    """Make the entries of these rows what the rows say; rows that are gone lose theirs."""
    ids = list(row_ids)
    for start in range(0, len(ids), _CHUNK):
        _refresh(connection, declaration(entity), ids[start : start + _CHUNK])


def entries(connection: sa.Connection) -> list[dict[str, Any]]:
    """What the whole index should hold, from the rows; reads only."""
    return [entry for entity in searched() for entry in _entries(connection, entity, None)]


def clear(connection: sa.Connection) -> None:
    """Empty the index."""
    connection.execute(sa.delete(search_entry))
    connection.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')")


def add(connection: sa.Connection, some: Sequence[dict[str, Any]]) -> None:
    """Put entries of rows that have none into the index."""
    if not some:
        return
    first = (connection.execute(sa.select(sa.func.max(search_entry.c.id))).scalar() or 0) + 1
    numbered = [{"id": number, **row} for number, row in enumerate(some, start=first)]
    connection.execute(sa.insert(search_entry), numbered)
    connection.exec_driver_sql(
        f"INSERT INTO {INDEX} (rowid, haystack) VALUES (?, ?)",
        [(row["id"], row["haystack"]) for row in numbered],
    )


def compare(connection: sa.Connection) -> dict[str, int]:
    """How many entries differ from the rows, and how many the full-text table is off by."""
    differ = 0
    for entity in searched():
        wanted = {tuple(entry.values()) for entry in _entries(connection, entity, None)}
        columns = [search_entry.c[name] for name in _COLUMNS]
        query = sa.select(*columns).where(search_entry.c.entity == entity.__entity__)
        differ += len(wanted ^ {tuple(row) for row in connection.execute(query)})
    indexed = set(connection.exec_driver_sql(f"SELECT rowid FROM {INDEX}").scalars())
    entries = set(connection.execute(sa.select(search_entry.c.id)).scalars())
    return {"search_entry": differ, INDEX: len(indexed ^ entries)}


def _refresh(connection: sa.Connection, entity: type[Entity], ids: list[bytes]) -> None:
    ours = sa.and_(search_entry.c.entity == entity.__entity__, search_entry.c.row_id.in_(ids))
    old = connection.execute(sa.select(search_entry.c.id).where(ours)).scalars().all()
    if old:
        connection.exec_driver_sql(f"DELETE FROM {INDEX} WHERE rowid = ?", [(number,) for number in old])
        connection.execute(sa.delete(search_entry).where(ours))
    add(connection, list(_entries(connection, entity, ids)))


_COLUMNS = ("entity", "row_id", "partner_id", "title", "subtitle", "haystack")


def _entries(
    connection: sa.Connection, entity: type[Entity], ids: list[bytes] | None
) -> Iterable[dict[str, Any]]:
    table = laptop.tables[entity.__entity__]
    fields = tuple(dict.fromkeys(("name", *entity.search)))
    owner = table.c[entity.owner] if entity.owner else sa.null()
    query = sa.select(table.c.id, owner.label("partner_id"), *(table.c[name] for name in fields))
    query = query.order_by(table.c.id) if ids is None else query.where(table.c.id.in_(ids))
    for row_id, partner_id, *values in connection.execute(query):
        said = dict(zip(fields, values, strict=True))
        yield {
            "entity": entity.__entity__,
            "row_id": row_id,
            "partner_id": partner_id,
            "title": said.pop("name"),
            "subtitle": " · ".join(value for value in said.values() if value),
            "haystack": haystack(values),
        }

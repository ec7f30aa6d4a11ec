"""What a person decides about a conflict or a rejection. Called by actions, on the person's connection.

A decision is an ordinary edit: it is captured, sent and merged like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import inbox, outbox
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.store.capture import COLUMNS, image
from channeldesk.wire.values import row_from_wire


def open_item(connection: sa.Connection, item_id: bytes) -> sa.Row[Any]:
    """The item. Raises Problem when it does not exist or is decided already."""
    row = connection.execute(sa.select(inbox).where(inbox.c.id == item_id)).first()
    if row is None or row.state != "open":
        raise Problem(Notice("inbox.already_decided"))
    return row


def decide(connection: sa.Connection, item_id: bytes, choices: Mapping[str, Any], now_ms: int) -> None:
    """Settles a conflict. ``choices`` maps a field to the value (in wire form) that shall stand.

    Fields that already have their value need no write. A row that headquarters deleted is made again when
    any choice is given. Raises Problem when the item is no open conflict.
    """
    item = open_item(connection, item_id)
    table, declaration = laptop.tables[item.entity], ENTITIES[item.entity]
    current = connection.execute(sa.select(table).where(table.c.id == item.row_id)).mappings().first()
    if choices and current is None:
        _recreate(connection, item, choices)
    elif choices:
        values = row_from_wire(declaration, choices, dict(current or {}))
        connection.execute(sa.update(table).where(table.c.id == item.row_id).values(values))
    _close(connection, item_id, now_ms, {"choices": dict(choices)})


def _recreate(connection: sa.Connection, item: sa.Row[Any], choices: Mapping[str, Any]) -> None:
    """Makes a row that headquarters deleted anew, under a new id: the old one is a tombstone there."""
    table, declaration = laptop.tables[item.entity], ENTITIES[item.entity]
    mutation = json.loads(item.mutations)[0]
    whole = {**mutation["base"], **mutation["set"], **choices}
    values = row_from_wire(declaration, whole)
    raw_id = connection.exec_driver_sql("SELECT capture_new_id()").scalar_one()
    connection.execute(sa.insert(table).values({**values, "id": bytes(raw_id)}))


def resend(connection: sa.Connection, item_id: bytes, now_ms: int) -> None:
    """Sends a rejected transaction again as its rows are now, after the person has mended them.

    Edits made to its rows since then are part of it. Raises Problem when nothing of it is left.
    """
    item = open_item(connection, item_id)
    mutations = json.loads(item.mutations)
    sent = 0
    for mutation in mutations:
        entity, row_id = mutation["entity"], bytes.fromhex(mutation["id"])
        table = laptop.tables[entity]
        if mutation["op"] == "insert":
            here = (outbox.c.entity == entity) & (outbox.c.row_id == row_id)
            connection.execute(sa.delete(outbox).where(here, outbox.c.mid.is_(None)))
            sent += _record_insert(connection, entity, row_id)
        elif mutation["op"] == "patch":
            current = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
            if current is not None:
                values = row_from_wire(ENTITIES[entity], mutation["set"], dict(current))
                connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
                sent += 1
        else:
            sent += connection.execute(sa.delete(table).where(table.c.id == row_id)).rowcount
    if not sent:
        raise Problem(Notice("inbox.nothing_left"))
    _close(connection, item_id, now_ms, {"resent": sent})


def _record_insert(connection: sa.Connection, entity: str, row_id: bytes) -> int:
    expression = image(ENTITIES[entity])
    written = connection.exec_driver_sql(
        f"INSERT INTO outbox ({COLUMNS}) "
        f"SELECT capture_new_id(), (SELECT txn FROM capture_txn), '{entity}', id, 'insert', 0, '{{}}', "
        f"{expression}, '{{}}', capture_now() FROM \"{entity}\" WHERE id = ?",
        (row_id,),
    )
    return written.rowcount


def discard(connection: sa.Connection, item_id: bytes, now_ms: int) -> None:
    """Gives up what was rejected: rows that it created go, with everything that waited for them."""
    item = open_item(connection, item_id)
    for mutation in json.loads(item.mutations):
        if not isinstance(mutation, dict) or mutation["op"] != "insert":
            continue
        entity, row_id = mutation["entity"], bytes.fromhex(mutation["id"])
        table = laptop.tables[entity]
        connection.execute(sa.delete(table).where(table.c.id == row_id, table.c.rv == 0))
        here = (outbox.c.entity == entity) & (outbox.c.row_id == row_id)
        connection.execute(sa.delete(outbox).where(here, outbox.c.mid.is_(None)))
    _close(connection, item_id, now_ms, {"discarded": True})


def reopen(connection: sa.Connection, item_id: bytes) -> None:
    """Takes a decision back, for undo: the item needs the person again."""
    where = inbox.c.id == item_id
    connection.execute(sa.update(inbox).where(where).values(state="open", decided_at=None, decision=None))


def _close(connection: sa.Connection, item_id: bytes, now_ms: int, decision: Mapping[str, Any]) -> None:
    values = {"state": "decided", "decided_at": now_ms, "decision": json.dumps(decision, ensure_ascii=False)}
    connection.execute(sa.update(inbox).where(inbox.c.id == item_id).values(values))

"""What a person decides about a conflict or a rejection. Called by actions, on the person's connection.

A decision is an ordinary edit: it is captured, sent and merged like any other. Each keeps what is needed to
take it back (:mod:`channeldesk.sync.inbox_trail`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Kind, Type, Unit
from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import held_unit, inbox, outbox
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.store import capture, many_rows, units
from channeldesk.store import outbox as waiting
from channeldesk.store.capture import COLUMNS, image
from channeldesk.sync import inbox_trail as trails
from channeldesk.sync.inbox_trail import Trail
from channeldesk.wire.values import row_from_wire


def open_item(connection: sa.Connection, item_id: bytes) -> sa.Row[Any]:
    """The item. Raises Problem when it does not exist or is decided already."""
    row = connection.execute(sa.select(inbox).where(inbox.c.id == item_id)).first()
    if row is None or row.state != "open":
        raise Problem(Notice("inbox.already_decided"))
    return row


def separate(connection: sa.Connection) -> None:
    """What follows is sent by itself: of several decisions made at once, one refused stops no other."""
    capture.begin(connection)


def decide(
    connection: sa.Connection, item_id: bytes, choices: Mapping[str, Any], now_ms: int, how: str = "fields"
) -> None:
    """Settles a conflict. ``choices`` maps a field to the value (in wire form) that shall stand.

    Fields that already have their value need no write. A row that headquarters deleted is made again, under
    its id, when any choice is given. ``how`` is kept for the history. Raises Problem when the item is no open
    conflict, or the row cannot be made again.
    """
    item = open_item(connection, item_id)
    table, declaration = laptop.tables[item.entity], ENTITIES[item.entity]
    current = connection.execute(sa.select(table).where(table.c.id == item.row_id)).mappings().first()
    trail = Trail(connection)
    trail.touch(item.entity, bytes(item.row_id))
    if current is None and how == "theirs":
        pass  # it left this laptop, or was deleted: there is nothing to take over
    elif choices and current is None:
        how = "recreated"
        _recreate(connection, item, choices)
    elif choices and current is not None:
        values = row_from_wire(declaration, choices, dict(current))
        by_step = json.loads(item.notice)["code"] == "sync.row_deleted"  # and the row is back meanwhile
        for name in _counters(declaration) & values.keys() if by_step else ():
            values[name] = (current[name] or 0) + (values[name] or 0)
        connection.execute(sa.update(table).where(table.c.id == item.row_id).values(values))
    _close(connection, item_id, now_ms, how, trail, choices=dict(choices))


def _counters(declaration: type[Entity]) -> set[str]:
    return {name for name, one in declaration.fields.items() if one.type is Type.COUNTER}


def _recreate(connection: sa.Connection, item: sa.Row[Any], choices: Mapping[str, Any]) -> None:
    """Makes a row that headquarters deleted anew. It keeps its id, which headquarters takes back for records:
    what pointed at the row points at it again.
    """
    declaration = ENTITIES[item.entity]
    if declaration.kind is not Kind.RECORD:
        raise Problem.of("inbox.not_recreated")
    mutation = json.loads(item.mutations)[0]
    values = row_from_wire(declaration, mutation.get("row") or mutation["base"])
    counted = _counters(declaration)
    for edit in (mutation["set"], {n: v for n, v in choices.items() if n not in counted}):
        values |= row_from_wire(declaration, edit, values)
    fields = ((name, one) for name, one in declaration.fields.items() if name != "id")
    if any(one.required and one.default is None and values.get(name) is None for name, one in fields):
        raise Problem.of("inbox.not_recreated")
    table = laptop.tables[item.entity]
    connection.execute(sa.insert(table).values({**values, "id": item.row_id, "rv": 0}))


def delete_again(connection: sa.Connection, item_id: bytes, now_ms: int) -> None:
    """Keeps to a deletion that headquarters did not carry out, because the row had changed there."""
    item = open_item(connection, item_id)
    trail = Trail(connection)
    trail.touch(item.entity, bytes(item.row_id))
    table = laptop.tables[item.entity]
    gone = connection.execute(sa.delete(table).where(table.c.id == item.row_id)).rowcount
    if not gone and _left(connection, json.loads(item.mutations)[0]):
        raise Problem(Notice("inbox.nothing_left"))  # it is there still, out of sight
    _close(connection, item_id, now_ms, "deleted", trail)


def resend(connection: sa.Connection, item_id: bytes, now_ms: int) -> None:
    """Sends a rejected transaction again as its rows are now, after the person has mended them.

    Edits made to its rows since then are part of it. Rows that left this laptop meanwhile, with their area,
    are made again from what the item keeps; rows that the person deleted are not. Edits of other rows that
    left stay, in an item of their own. Raises Problem when nothing of it is left.
    """
    item = open_item(connection, item_id)
    trail = Trail(connection)
    sent, made, away = 0, set[bytes](), list[dict[str, Any]]()
    for mutation in json.loads(item.mutations):
        entity, row_id = mutation["entity"], bytes.fromhex(mutation["id"])
        trail.touch(entity, row_id)
        table = laptop.tables[entity]
        if mutation["op"] == "insert":
            sent += _record_insert(connection, trail, made, entity, row_id, mutation)
        elif mutation["op"] == "patch":
            current = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
            if current is not None:
                values = row_from_wire(ENTITIES[entity], mutation["set"], dict(current))
                values |= {
                    name: (current[name] or 0) + step for name, step in mutation.get("inc", {}).items()
                }
                connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
                sent += 1
            elif not any(one.op == "delete" for one in waiting.of_row(connection, entity, row_id)):
                away.append(mutation)
        else:
            gone = connection.execute(sa.delete(table).where(table.c.id == row_id)).rowcount
            sent += gone
            if not gone and _left(connection, mutation):
                away.append(mutation)
    if not sent:
        raise Problem(Notice("inbox.nothing_left"))
    waiting.put_behind(connection, made)
    rest = _set_apart(connection, item, away).hex() if away else None
    _close(connection, item_id, now_ms, "resent", trail, resent=sent, rest=rest)


def _left(connection: sa.Connection, mutation: Mapping[str, Any]) -> bool:
    """Whether the row of a deletion left with its area; elsewhere it is gone at headquarters as well."""
    declaration = ENTITIES[mutation["entity"]]
    owner = mutation["id"] if declaration.owner == "id" else mutation["base"].get(declaration.owner or "")
    return not units.holds(connection, declaration, None if owner is None else bytes.fromhex(owner))


def _set_apart(connection: sa.Connection, item: sa.Row[Any], mutations: Sequence[Mapping[str, Any]]) -> bytes:
    """An item of those mutations alone, as open as the first was; its id."""
    rest_id = bytes(connection.execute(sa.text("SELECT capture_new_id()")).scalar_one())
    lead = mutations[0]
    values = {**item._mapping, "id": rest_id, "entity": lead["entity"], "row_id": bytes.fromhex(lead["id"])}
    connection.execute(sa.insert(inbox).values({**values, "mutations": json.dumps(mutations)}))
    return rest_id


def _record_insert(
    connection: sa.Connection,
    trail: Trail,
    made: set[bytes],
    entity: str,
    row_id: bytes,
    mutation: Mapping[str, Any],
) -> int:
    """The row as it is now becomes the mutation, with the edits that waited; how many were recorded. Into
    ``made`` goes what headquarters does not have, so that others can wait for it.
    """
    table = laptop.tables[entity]
    current = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    every = waiting.of_row(connection, entity, row_id)
    if current is not None and current["rv"] > 0:  # headquarters has it: what was asked for is an edit of it
        settled = {one.name for one in SYSTEM_FIELDS}
        settled |= {name.split(".")[0] for one in every for name in (*one.changes, *one.increments)}
        values = row_from_wire(ENTITIES[entity], mutation["set"], dict(current))
        own = {name: value for name, value in values.items() if name not in settled}
        connection.execute(sa.update(table).where(table.c.id == row_id).values(own))
        return 1
    later = [one for one in every if one.mid is None]
    if current is None and any(one.op == "delete" and one.base_rv > 0 for one in later):
        if not _deletion_was_resent(connection, entity, row_id):
            return 0  # headquarters has it: its deletion is to be sent
        row = row_from_wire(ENTITIES[entity], mutation["set"])
        return connection.execute(sa.insert(table).values({**row, "id": row_id})).rowcount
    made.add(row_id)
    trail.remove(_row(entity, row_id))
    here = connection.execute(sa.select(table.c.id).where(table.c.id == row_id)).first()
    if here is None and any(one.op == "delete" for one in later):
        return 0
    if here is None:
        row = row_from_wire(ENTITIES[entity], mutation["set"])
        for one in later:
            row |= row_from_wire(ENTITIES[entity], one.changes, row)
            row |= {name: (row.get(name) or 0) + step for name, step in one.increments.items()}
        return connection.execute(sa.insert(table).values({**row, "id": row_id})).rowcount
    written = connection.exec_driver_sql(
        f"INSERT INTO outbox ({COLUMNS}) "
        f"SELECT capture_new_id(), (SELECT txn FROM capture_txn), '{entity}', id, 'insert', 0, '{{}}', "
        f"{image(ENTITIES[entity])}, '{{}}', capture_now() FROM \"{entity}\" WHERE id = ?",
        (row_id,),
    )
    return written.rowcount


def _deletion_was_resent(connection: sa.Connection, entity: str, row_id: bytes) -> bool:
    """Whether the row went by sending another item again, whose deletion came before this insertion."""
    query = sa.select(inbox.c.mutations, inbox.c.decision).where(inbox.c.state == "decided")
    deletion = (entity, row_id.hex(), "delete")
    return any(
        json.loads(item.decision or "{}").get("how") == "resent"
        and any((one["entity"], one["id"], one["op"]) == deletion for one in json.loads(item.mutations))
        for item in connection.execute(query.where(inbox.c.mutations.contains(row_id.hex())))
    )


def discard(connection: sa.Connection, item_id: bytes, now_ms: int, *, waiting_too: bool = False) -> None:
    """Gives up what was rejected: rows that it created go, and what was edited in them since.

    Other changes that point at such a row are sent and judged by themselves; with ``waiting_too`` they go as
    well. Everything is kept with the item, so that it can be taken back.
    """
    item = open_item(connection, item_id)
    trail = Trail(connection)
    mutations = [one for one in json.loads(item.mutations) if isinstance(one, dict)]
    born = [(one["entity"], bytes.fromhex(one["id"])) for one in mutations if one["op"] == "insert"]
    if waiting_too:
        txns = trails.dependents(connection, {row_id for _, row_id in born})
        born += drop(connection, trail, txns)
    unmake(connection, trail, born)
    how = "seen" if item.kind == "set_aside" else "discarded"
    _close(connection, item_id, now_ms, how, trail, discarded=True)


def unmake(connection: sa.Connection, trail: Trail, born: Iterable[tuple[str, bytes]]) -> None:
    """Takes rows that were made here off the laptop, with all edits of them that wait."""
    for entity, row_id in born:
        trail.touch(entity, row_id)
        trail.remove(_row(entity, row_id))
        table = laptop.tables[entity]
        connection.execute(sa.delete(table).where(table.c.id == row_id, table.c.rv == 0))
        trails.as_at_headquarters(connection, entity, row_id)


def drop(connection: sa.Connection, trail: Trail, txns: set[bytes]) -> list[tuple[str, bytes]]:
    """Takes whole transactions out of the outbox; rows that headquarters knows are again as it has them.

    Returns the rows that they had created.
    """
    going = [one for one in waiting.load(connection, outbox.c.mid.is_(None)) if one.txn in txns]
    born = list(dict.fromkeys(one.row for one in going if one.op == "insert"))
    trail.touch_all(dict.fromkeys(one.row for one in going))
    trail.remove(outbox.c.txn.in_(txns))
    made, left = set(born), defaultdict[str, list[bytes]](list)
    for entity, row_id in dict.fromkeys(one.row for one in going if one.row not in made):
        left[entity].append(row_id)
    for entity, ids in left.items():
        back = many_rows.put_back(connection, entity, ids)
        for row_id in ids:
            if row_id not in back:
                trails.as_at_headquarters(connection, entity, row_id)
    return born


def fetch_again(connection: sa.Connection, item_id: bytes) -> None:
    """Has the next round fetch the part of the data again that a row belongs to which could not be stored.

    The row's partner or territory is among its ids; rows of everybody come again with everybody's part.
    """
    item = open_item(connection, item_id)
    if item.kind != "set_aside":
        raise Problem.of("inbox.not_fetched")
    unit = ENTITIES[item.entity].unit
    ids = {value for row in json.loads(item.mutations) for value in row if isinstance(value, str)}
    mine = sa.and_(held_unit.c.kind == unit.value, sa.func.lower(sa.func.hex(held_unit.c.id)).in_(ids))
    if unit in (Unit.GLOBAL, Unit.PRIVATE):
        mine = held_unit.c.kind == unit.value
    connection.execute(sa.update(held_unit).where(mine).values(state="damaged"))


def _row(entity: str, row_id: bytes) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.entity == entity, outbox.c.row_id == row_id)


def take_back(connection: sa.Connection, item_id: bytes) -> None:
    """As if it had never been decided; the item needs the person again.

    What was not sent yet is withdrawn. A decision that headquarters has seen is taken back by another edit.
    Raises Problem where neither is possible: sent again meanwhile, or edited since.
    """
    item = connection.execute(sa.select(inbox).where(inbox.c.id == item_id)).first()
    if item is None or item.state == "open":
        raise Problem.of("inbox.not_decided", remedy="remedy.refresh")
    decision = json.loads(item.decision or "{}")
    kept = decision.get("back")
    if kept is None:
        raise Problem.of("inbox.not_taken_back", remedy="remedy.decide_again")
    if decision.get("rest"):
        _take_in(connection, bytes.fromhex(decision["rest"]))
    if trails.unsent(connection, kept):
        trails.withdraw(connection, kept)
    elif decision.get("how") == "resent":
        raise Problem.of("undo.too_late")
    else:
        _edit_back(connection, item, decision, kept)
    reopen(connection, item_id)


def _take_in(connection: sa.Connection, rest_id: bytes) -> None:
    """What was set apart belongs to the item again. Raises Problem where it was decided meanwhile."""
    open_rest = sa.and_(inbox.c.id == rest_id, inbox.c.state == "open")
    if not connection.execute(sa.delete(inbox).where(open_rest)).rowcount:
        raise Problem.of("inbox.edited_since", remedy="remedy.decide_again")


def _edit_back(
    connection: sa.Connection, item: sa.Row[Any], decision: Mapping[str, Any], kept: Mapping[str, Any]
) -> None:
    """By an ordinary edit, unless somebody changed it since: then there is nothing to go back to."""
    (before,) = [one["before"] for one in kept["rows"]]
    choices = decision.get("choices", {})
    now = trails.stored(connection, item.entity, bytes(item.row_id))
    table, declaration = laptop.tables[item.entity], ENTITIES[item.entity]
    own = table.c.id == item.row_id
    if before is None and now is not None:
        connection.execute(sa.delete(table).where(own))
    elif before is not None and now is None:
        if decision.get("how") != "deleted" or _left(connection, json.loads(item.mutations)[0]):
            # Somebody else deleted it since, or its area is away.
            raise Problem.of("inbox.edited_since", remedy="remedy.decide_again")
        values = row_from_wire(declaration, before["fields"])
        connection.execute(sa.insert(table).values({**values, "id": item.row_id, "rv": 0}))
    elif before is not None and now is not None:
        stands = _unfolded(now["fields"])
        if any(stands.get(name) != value for name, value in choices.items()):
            raise Problem.of("inbox.edited_since", remedy="remedy.decide_again")
        earlier = _unfolded(before["fields"])
        values = {name: earlier.get(name) for name in choices}
        current = row_from_wire(declaration, now["fields"])
        if back := row_from_wire(declaration, values, current):
            connection.execute(sa.update(table).where(own).values(back))


def _unfolded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """With each key of a document as a field of its own."""
    found = dict(fields)
    for key, value in json.loads(fields.get("custom") or "{}").items():
        found[f"custom.{key}"] = value
    return found


def reopen(connection: sa.Connection, item_id: bytes) -> None:
    """The item needs the person again; what was decided stays until something else is chosen."""
    where = inbox.c.id == item_id
    connection.execute(sa.update(inbox).where(where).values(state="open", decided_at=None, decision=None))


def _close(
    connection: sa.Connection, item_id: bytes, now_ms: int, how: str, trail: Trail, **told: Any
) -> None:
    decision = {"how": how, **told, "back": trail.kept()}
    values = {"state": "decided", "decided_at": now_ms, "decision": json.dumps(decision, ensure_ascii=False)}
    connection.execute(sa.update(inbox).where(inbox.c.id == item_id).values(values))

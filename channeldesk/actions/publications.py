"""Publishing drafts through headquarters: at a moment, or at once where they are many. The drafts become a
request that headquarters carries out as one; until then rows are here as everybody has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.bulk import call, forget, staff
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.declare import SYSTEM_FIELDS
from channeldesk.model.entities import ENTITIES
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import outbox
from channeldesk.model.notice import Instant, Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.rules.publications import Status, packed, refuse_moment, refuse_move
from channeldesk.store.outbox import Mutation
from channeldesk.store.shortening import coalesce
from channeldesk.sync import drafts
from channeldesk.wire.values import row_from_wire

_CHANGES: Changes = frozenset(one.topic for one in ENTITIES.values()) | {Topic.SYNC}
_STAMPS = {field.name for field in SYSTEM_FIELDS}


def schedule(tx: Tx, name: str, publish_at: int | None = None) -> Done[bytes]:
    """Hands every draft to headquarters as one publication; its id. ``publish_at`` in ms UTC, None: as soon
    as it arrives. Raises Problem where there are no drafts, or the moment is over or years away.
    """
    staff(tx)
    found = coalesce(drafts.found(tx.connection))
    if not found:
        raise Problem.of("draft.none")
    if publish_at is not None:
        _refuse_moment(tx, publish_at)
    count = len({one.row for one in found})  # of one that was drafted twice there are two changes
    parts = list(packed([_told(one) for one in found]))
    _, kept = drafts.take_back(tx.connection, {one.txn for one in found}, tx.now_ms())
    head = {"user_id": tx.user_id, "name": name.strip()[:200] or "–", "publish_at": publish_at}
    head |= {"parts": len(parts), "row_count": count, "status": Status.SCHEDULED.value}
    row_id = write.insert(tx, "publication", head)
    made: list[write.Row] = [
        {
            "id": tx.new_id(),
            "publication_id": row_id,
            "user_id": tx.user_id,
            "number": number,
            "changes": f"[{','.join(part)}]",
        }
        for number, part in enumerate(parts, start=1)
    ]
    write.insert_many(tx, "publication_part", made)
    _apart(tx, [one["id"] for one in made])

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "publication_part", [one["id"] for one in made])
        write.withdraw(tx, "publication", [row_id])
        drafts.restore(tx.connection, kept, tx.now_ms())
        return Done(None, _CHANGES)

    told = Notice("publication.sent", {"count": count})
    if publish_at is not None:
        told = Notice("publication.scheduled", {"count": count, "at": Instant(publish_at)})
    undo = Undo(Notice("undo.publication"), back, unsent=("publication", row_id))
    return Done(row_id, _CHANGES, told, undo)


def withdraw(tx: Tx, publication_id: bytes) -> Done[None]:
    """Nothing of it is published."""
    values = {"status": Status.WITHDRAWN.value}
    return _moved(tx, publication_id, values, Notice("publication.withdrawn"), "undo.publication_withdrawn")


def move(tx: Tx, publication_id: bytes, publish_at: int) -> Done[None]:
    """To another moment, in ms UTC. Raises Problem where it is over or years away."""
    _refuse_moment(tx, publish_at)
    told = Notice("publication.moved", {"at": Instant(publish_at)})
    return _moved(tx, publication_id, {"publish_at": publish_at}, told, "undo.publication_moved")


def take_up(tx: Tx, publication_id: bytes) -> Done[int]:
    """Makes drafts of what was withdrawn or refused, as one batch of its name; how many rows. Rows that are
    gone, and new ones that are there, are left out.
    """
    staff(tx)
    row = write.existing(tx, "publication", publication_id)
    if row["status"] not in (Status.WITHDRAWN, Status.REFUSED):
        refused = refuse_move(row["status"], Status.WITHDRAWN)
        raise Problem(refused or Notice("publication.over", {"status": row["status"]}))
    table = laptop.tables["publication_part"]
    query = sa.select(table.c.changes).where(table.c.publication_id == publication_id)
    texts = tx.connection.scalars(query.order_by(table.c.number)).all()
    count = sum(_again(tx, one) for text in texts for one in json.loads(text))
    txn = drafts.hold(tx.connection)
    if txn is None:
        raise Problem.of("publication.nothing_left")
    call(tx, txn, row["name"])

    def back(tx: Tx) -> Done[None]:
        drafts.take_back(tx.connection, {txn}, tx.now_ms())
        forget(tx, txn)
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.bulk", {"count": count}), back)
    return Done(count, _CHANGES, Notice("publication.taken_up", {"count": count}), undo)


def _refuse_moment(tx: Tx, publish_at: int) -> None:
    refused = refuse_moment(publish_at, tx.now_ms())
    if refused is not None:
        raise Problem(refused)


def _again(tx: Tx, told: Mapping[str, Any]) -> bool:
    entity, row_id = declaration(told["entity"]), bytes.fromhex(told["id"])
    current = write.read(tx, told["entity"], row_id)
    if told["op"] == "insert" and current is None:
        defaults = {name: f.default for name, f in entity.fields.items() if name not in _STAMPS}
        write.insert(tx, told["entity"], {**defaults, **row_from_wire(entity, told["set"]), "id": row_id})
        return True
    if told["op"] == "insert" or current is None:
        return False
    if told["op"] == "delete":
        write.remove(tx, told["entity"], row_id)
        return True
    return bool(write.patch(tx, told["entity"], row_id, row_from_wire(entity, told["set"], current)))


def _moved(tx: Tx, publication_id: bytes, values: Mapping[str, Any], told: Notice, undone: str) -> Done[None]:
    staff(tx)
    row = write.existing(tx, "publication", publication_id)
    refused = refuse_move(row["status"], values.get("status", row["status"]))
    if refused is not None:
        raise Problem(refused)
    before = write.patch(tx, "publication", publication_id, values)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "publication", publication_id, before)
        return Done(None, _CHANGES)

    undo = Undo(Notice(undone), back, unsent=("publication", publication_id))
    return Done(None, _CHANGES, told, undo)


def _told(one: Mutation) -> str:
    """A change as headquarters carries it out later. What says no more than its absence is left out."""
    changes = dict(one.changes)
    if one.op == "insert":
        changes = {
            name: value for name, value in changes.items() if value is not None and name not in _STAMPS
        }
    told = {"entity": one.entity, "id": one.row_id.hex(), "op": one.op, "base_rv": one.base_rv}
    return json.dumps(
        {**told, "base": dict(one.base), "set": changes}, ensure_ascii=False, separators=(",", ":")
    )


def _apart(tx: Tx, parts: list[bytes]) -> None:
    """Each part travels by itself: together they may be more than a request takes."""
    for one in parts:
        here = (outbox.c.entity == "publication_part") & (outbox.c.row_id == one)
        tx.connection.execute(sa.update(outbox).where(here).values(txn=tx.new_id()))

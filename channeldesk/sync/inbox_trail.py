"""What a decision touched: kept with the inbox item, so that the decision can be taken back, also later.

Rows are not simply written back: headquarters may have sent newer versions meanwhile. Taking back withdraws
the mutations that the decision recorded, puts back those that it removed, and lets every row follow from
headquarters' image and what waits, as a pull does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import NEW, inbox, outbox, shadow
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop
from channeldesk.rules.waiting import Waiting
from channeldesk.store import images, many_rows, orphans, recapture, units
from channeldesk.store import outbox as waiting
from channeldesk.store.capture import image
from channeldesk.wire.values import row_from_wire

_BINARY = ("uuid", "txn", "row_id")


@dataclass
class Trail:
    """Filled while a decision is carried out; ``kept()`` is what the item keeps of it, as JSON."""

    connection: sa.Connection
    rows: dict[tuple[str, bytes], dict[str, Any] | None] = field(default_factory=dict)
    removed: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._start = self.connection.execute(sa.select(sa.func.max(outbox.c.seq))).scalar() or 0
        self._mixed = bool(self._written(0))

    def touch(self, entity: str, row_id: bytes) -> None:
        """Notes the row as it is, before it is changed."""
        if (entity, row_id) not in self.rows:
            self.rows[entity, row_id] = stored(self.connection, entity, row_id)

    def touch_all(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """The same of many, in one question per entity."""
        by_entity: dict[str, list[bytes]] = defaultdict(list)
        for entity, row_id in rows:
            if (entity, row_id) not in self.rows:
                by_entity[entity].append(row_id)
        for entity, ids in by_entity.items():
            found = many_rows.stored(self.connection, entity, ids)
            self.rows |= {(entity, one): found.get(one) for one in ids}

    def remove(self, condition: sa.ColumnElement[bool]) -> None:
        """Takes waiting mutations out of the outbox, keeping them. Never what was sent already."""
        unsent = sa.and_(condition, outbox.c.mid.is_(None))
        for row in self.connection.execute(sa.select(outbox).where(unsent).order_by(outbox.c.seq)).mappings():
            plain = {k: bytes(v).hex() if k in _BINARY else v for k, v in row.items()}
            self.removed.append(plain)
        self.connection.execute(sa.delete(outbox).where(unsent))

    def kept(self) -> dict[str, Any] | None:
        """None where the decision is part of a larger edit, which alone could take it back."""
        if self._mixed:
            return None
        rows = [
            {"entity": entity, "id": row_id.hex(), "before": before}
            for (entity, row_id), before in self.rows.items()
        ]
        written = [bytes(uuid).hex() for uuid in self._written(self._start)]
        return {"rows": rows, "removed": self.removed, "written": written}

    def _written(self, after: int) -> list[Any]:
        here = sa.text("outbox.seq > :after AND outbox.txn = (SELECT txn FROM capture_txn)")
        query = sa.select(outbox.c.uuid).where(here)
        return list(self.connection.execute(query, {"after": after}).scalars())


def stored(connection: sa.Connection, entity: str, row_id: bytes) -> dict[str, Any] | None:
    """The row as JSON-ready fields with its version, or None."""
    query = sa.text(f'SELECT rv, {image(ENTITIES[entity])} AS image FROM "{entity}" WHERE id = :id')
    row = connection.execute(query, {"id": row_id}).first()
    return None if row is None else {"rv": row.rv, "fields": json.loads(row.image)}


def put(connection: sa.Connection, entity: str, row_id: bytes, kept: Mapping[str, Any]) -> None:
    """Writes a row as :func:`stored` noted it."""
    table = laptop.tables[entity]
    values = {**row_from_wire(ENTITIES[entity], kept["fields"]), "rv": kept["rv"]}
    if connection.execute(sa.update(table).where(table.c.id == row_id).values(values)).rowcount == 0:
        connection.execute(sa.insert(table).values({**values, "id": row_id}))


def unsent(connection: sa.Connection, kept: Mapping[str, Any]) -> bool:
    """Whether everything that the decision recorded still waits here, so that nobody saw it."""
    ids = [bytes.fromhex(one) for one in kept["written"]]
    still = sa.select(sa.func.count()).select_from(outbox)
    still = still.where(outbox.c.uuid.in_(ids), outbox.c.mid.is_(None), outbox.c.sent == NEW)
    return connection.execute(still).scalar_one() == len(ids)


def withdraw(connection: sa.Connection, kept: Mapping[str, Any]) -> None:
    """As if the decision had never been made. Raises Problem where the rows were edited since."""
    ids = [bytes.fromhex(one) for one in kept["written"]]
    rows = [(one["entity"], bytes.fromhex(one["id"]), one["before"]) for one in kept["rows"]]
    _refuse_edited(connection, ids, rows)
    plain = _plain(connection, rows)
    rows = [one for one in rows if one[1] not in plain.get(one[0], ())]
    for entity, several in plain.items():
        many_rows.keep_images(connection, entity, several)
    for entity, row_id, _ in rows:
        _keep_image(connection, entity, row_id)
    connection.execute(sa.delete(outbox).where(outbox.c.uuid.in_(ids)))
    again = [{k: bytes.fromhex(v) if k in _BINARY else v for k, v in one.items()} for one in kept["removed"]]
    if again:
        connection.execute(sa.insert(outbox), again)
    for entity, several in plain.items():
        many_rows.write(connection, entity, several)
    for entity, row_id, before in sorted(rows, key=lambda one: ENTITIES[one[0]].rank):
        _settle_row(connection, entity, row_id, before)  # a unit that was made here before its rows
    own = sa.text("outbox.txn = (SELECT txn FROM capture_txn)")
    connection.execute(sa.delete(outbox).where(own))


def _plain(
    connection: sa.Connection, rows: Iterable[tuple[str, bytes, Any]]
) -> dict[str, dict[bytes, Mapping[str, Any]]]:
    """Those that need no second look, by entity: they become again what they were."""
    by_entity: dict[str, dict[bytes, Any]] = defaultdict(dict)
    for entity, row_id, before in rows:
        by_entity[entity][row_id] = before
    return {entity: many_rows.unmoved(connection, entity, several) for entity, several in by_entity.items()}


def _refuse_edited(connection: sa.Connection, ids: list[bytes], rows: list[tuple[str, bytes, Any]]) -> None:
    """A later edit of the same fields stands on the decision, and would be left hanging."""
    own = list(connection.execute(sa.select(outbox).where(outbox.c.uuid.in_(ids))))
    first = min((one.seq for one in own), default=None)
    for entity, row_id, _ in rows if first is not None else ():
        fields = {
            name
            for one in own
            if (one.entity, bytes(one.row_id)) == (entity, row_id)
            for name in json.loads(one.changes)
        }
        here = sa.and_(outbox.c.entity == entity, outbox.c.row_id == row_id, outbox.c.seq > first)
        for later in connection.execute(sa.select(outbox).where(here, outbox.c.uuid.not_in(ids))):
            if later.op != "patch" or fields & json.loads(later.changes).keys():
                raise Problem.of("inbox.edited_since", remedy="remedy.decide_again")


def _keep_image(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """A row without edits is headquarters' own version: it becomes the ground for what is put back."""
    where = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
    if connection.execute(sa.select(shadow.c.rv).where(where)).first() is None:
        now = stored(connection, entity, row_id)
        if now is not None and now["rv"] > 0:
            images.set_image(connection, entity, row_id, now["rv"], now["fields"])


def _settle_row(
    connection: sa.Connection, entity: str, row_id: bytes, before: Mapping[str, Any] | None
) -> None:
    if images.image_of(connection, entity, row_id) is not None:
        orphans.settle(connection, entity, row_id)
        return
    table = laptop.tables[entity]
    if before is None:
        connection.execute(sa.delete(table).where(table.c.id == row_id, table.c.rv == 0))
    elif before["rv"] == 0:
        owner = before["fields"].get(ENTITIES[entity].owner or "")
        held = units.holds(connection, ENTITIES[entity], None if owner is None else bytes.fromhex(owner))
        if held or waiting.of_row(connection, entity, row_id):
            put(connection, entity, row_id, before)
    elif stored(connection, entity, row_id) is None:
        images.rebase(connection, entity, row_id)


def dependents(connection: sa.Connection, rows: set[bytes]) -> set[bytes]:
    """Unsent transactions that touch or point at these rows, and what waits for them in turn."""
    return Waiting(waiting.load(connection, outbox.c.mid.is_(None))).on(rows)


def as_at_headquarters(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """A row whose waiting edits were just taken out; nothing of this is to be sent."""
    forget_own(connection, entity, row_id)
    has_image = images.image_of(connection, entity, row_id) is not None
    if has_image or images.is_stale(connection, entity, row_id):
        orphans.settle(connection, entity, row_id)
    elif any(one.op == "insert" for one in waiting.of_row(connection, entity, row_id)):
        images.rebase(connection, entity, row_id)  # headquarters has never seen it: as it was made here
    elif images.made_here(connection, entity, row_id):
        _as_refused(connection, entity, row_id)
    forget_own(connection, entity, row_id)


def _as_refused(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """A row that headquarters refused, as it was sent, with what still waits on top."""
    refused = sa.and_(inbox.c.kind == "rejection", inbox.c.state == "open")
    query = sa.select(inbox.c.mutations).where(refused, inbox.c.mutations.contains(row_id.hex()))
    for text in connection.execute(query.order_by(inbox.c.recorded_at.desc())).scalars():
        for one in json.loads(text):
            if (one["entity"], one["id"], one["op"]) == (entity, row_id.hex(), "insert"):
                made = row_from_wire(ENTITIES[entity], one["set"])
                edits = waiting.of_row(connection, entity, row_id)
                table, row = laptop.tables[entity], recapture.replay(ENTITIES[entity], made, edits)
                if row is not None:
                    connection.execute(sa.update(table).where(table.c.id == row_id).values(row))
                return


def forget_own(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """What capture recorded of this row within the decision is no edit of the person's."""
    here = sa.text(
        "outbox.entity = :entity AND outbox.row_id = :id AND outbox.txn = (SELECT txn FROM capture_txn)"
    )
    connection.execute(sa.delete(outbox).where(here), {"entity": entity, "id": row_id})

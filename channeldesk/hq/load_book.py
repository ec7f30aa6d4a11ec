"""Books imported rows in headquarters' tables: by external keys, so that loading again changes nothing.

A row is known by (source, entity, foreign id) in ``external_key``, with a hash of the values last loaded. An
order and its lines are one thing: one key, one hash over all of it. Several systems may tell of one stock:
the latest report is its row.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from channeldesk.exchange.mapping import Target
from channeldesk.exchange.report import Written
from channeldesk.hq.load_bulk import insert_rows
from channeldesk.hq.load_levels import LEVELS, Places
from channeldesk.model.entities import ENTITIES
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq

FLUSH_AT = 20_000
_KEY_COLUMNS = ("id", "created_at", "updated_at", "source", "entity", "foreign_id", "row_id", "row_hash")

key_table = hq.tables["external_key"]


class Known(NamedTuple):
    """What ``external_key`` says about a foreign id. ``key_id`` is None for a key of this load."""

    row_id: bytes
    row_hash: str | None
    key_id: bytes | None


class TableBook:
    """The ``Book`` of an import over one write transaction. ``now``: ms since the epoch."""

    def __init__(self, connection: sa.Connection, source: str, now: int) -> None:
        self._connection, self._source, self._now = connection, source, now
        self._known: dict[str, dict[str, Known]] = {}
        self._waiting: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
        self._count = 0
        self._put: set[tuple[str, str]] = set()
        self._levels: dict[str, Places] = {}
        self.written: dict[str, Written] = defaultdict(Written)
        self.booked: dict[str, int] = defaultdict(int)
        self.settling: dict[str, set[bytes]] = {"receivable": set(), "payment": set()}
        """Invoices and payments that were written, or that an allocation names."""

    def resolve(self, entity: str, foreign_id: str) -> bytes | None:
        found = self._keys(entity).get(foreign_id)
        return None if found is None else found.row_id

    def put(
        self,
        target: Target,
        foreign_id: str,
        values: dict[str, Any],
        lines: list[dict[str, Any]] | None = None,
    ) -> None:
        """Inserts what is new, changes what differs, leaves the rest. The first of equal keys counts."""
        entity, line_entity = target.entity, target.lines.entity if target.lines else ""
        self._sum(entity, values)
        for line in lines or ():
            self._sum(line_entity, line)
        known, fingerprint = self._keys(entity).get(foreign_id), _fingerprint(values, lines)
        if (entity, foreign_id) in self._put:
            return
        self._put.add((entity, foreign_id))
        if known is None:
            if entity in LEVELS:
                row_id = self._put_level(target, None, values)
            else:
                row_id = self._adopted(target, values) or self._insert(entity, values)
            if lines and target.lines:
                self._insert_lines(target, row_id, values, lines)
            key = (new_id(), self._now, self._now, self._source, entity, foreign_id, row_id, fingerprint)
            self._wait("external_key", _KEY_COLUMNS, key)
            self._keys(entity)[foreign_id] = Known(row_id, fingerprint, None)
            if self._count >= FLUSH_AT:
                self.flush()
        elif known.row_hash == fingerprint or target.keep:
            self.written[entity].unchanged += 1
            if lines:
                self.written[line_entity].unchanged += len(lines)
        else:
            self.flush()
            row_id = known.row_id
            if entity in LEVELS:
                row_id = self._put_level(target, known, values)
            else:
                self._update(entity, row_id, values)
            if lines and target.lines:
                self._update_lines(target, row_id, values, lines)
            self._connection.execute(
                sa.update(key_table)
                .where(key_table.c.id == known.key_id)
                .values(row_id=row_id, row_hash=fingerprint, updated_at=self._now)
            )
            self._keys(entity)[foreign_id] = known._replace(row_id=row_id, row_hash=fingerprint)

    def flush(self) -> None:
        """Writes what waits, parents before children."""
        waiting, self._waiting, self._count = self._waiting, {}, 0
        for (entity, columns), rows in sorted(waiting.items(), key=lambda item: ENTITIES[item[0][0]].rank):
            insert_rows(self._connection, entity, columns, rows)

    def _sum(self, entity: str, values: dict[str, Any]) -> None:
        if "net" in values:
            self.booked[entity] += values["net"]

    def _keys(self, entity: str) -> dict[str, Known]:
        found = self._known.get(entity)
        if found is None:
            query = sa.select(
                key_table.c.foreign_id, key_table.c.row_id, key_table.c.row_hash, key_table.c.id
            ).where(
                key_table.c.source == self._source, key_table.c.entity == entity, key_table.c.deleted == 0
            )
            found = self._known[entity] = {
                row.foreign_id: Known(row.row_id, row.row_hash, row.id)
                for row in self._connection.execute(query)
            }
        return found

    def _wait(self, entity: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        self._waiting.setdefault((entity, columns), []).append(row)
        self._count += 1

    def _insert(self, entity: str, values: dict[str, Any]) -> bytes:
        row_id = new_id()
        self._settles(entity, row_id, values)
        self._wait(
            entity,
            ("id", "created_at", "updated_at", *values),
            (row_id, self._now, self._now, *values.values()),
        )
        self.written[entity].inserted += 1
        return row_id

    def _settles(self, entity: str, row_id: bytes, values: dict[str, Any]) -> None:
        if entity in self.settling:
            self.settling[entity].add(row_id)
        elif entity == "payment_allocation":
            self.settling["receivable"].add(values["receivable_id"])
            self.settling["payment"].add(values["payment_id"])

    def _insert_lines(
        self,
        target: Target,
        parent: bytes,
        values: dict[str, Any],
        lines: list[dict[str, Any]],
        first: int = 1,
    ) -> None:
        assert target.lines is not None
        for number, line in enumerate(lines, start=first):
            self._insert(target.lines.entity, _line(target, parent, number, line))

    def _adopted(self, target: Target, values: dict[str, Any]) -> bytes | None:
        """A row that is there already under the same business key becomes this source's row."""
        if not target.adopt:
            return None
        self.flush()
        table = hq.tables[target.entity]
        same = (table.c[name] == values[name] for name in target.adopt)
        row_id = self._connection.scalar(sa.select(table.c.id).where(table.c.deleted == 0, *same))
        if row_id is None:
            return None
        if target.keep:
            self.written[target.entity].unchanged += 1
        else:
            self._update(target.entity, row_id, values)
        return bytes(row_id)

    def _put_level(self, target: Target, known: Known | None, values: dict[str, Any]) -> bytes:
        """A level in the row of its place, product and lot, unless that holds a later report of others."""
        entity = target.entity
        if entity not in self._levels:
            self._levels[entity] = Places(self._connection, entity)
        places = self._levels[entity]
        there, before = places.find(values), None if known is None else known.row_id
        row_id = None if there is None else there.row_id
        alone = before if before is not None and places.alone(before) else None
        later = there is not None and there.as_of > values["as_of"] and row_id != alone
        if row_id is None:
            row_id = alone
        if row_id is None:
            row_id = self._insert(entity, values)
        elif later or (known is None and target.keep):
            self.written[entity].unchanged += 1
            places.mean(row_id, before)
            return row_id
        else:
            self.flush()
            self._update(entity, row_id, values)
        places.hold(values, row_id)
        places.mean(row_id, before)
        return row_id

    def _update(self, entity: str, row_id: bytes, values: dict[str, Any]) -> None:
        """Writes the fields of the mapping where one of them differs; others keep what people entered."""
        table = hq.tables[entity]
        row = self._connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one()
        if all(row[name] == value for name, value in values.items()):
            self.written[entity].unchanged += 1
            return
        self._settles(entity, row_id, {**row, **values})
        statement = sa.update(table).where(table.c.id == row_id)
        self._connection.execute(statement.values(**values, updated_at=self._now))
        self.written[entity].updated += 1

    def _update_lines(
        self, target: Target, parent: bytes, values: dict[str, Any], lines: list[dict[str, Any]]
    ) -> None:
        """By line number: changed lines keep their id, new ones follow, those that are gone are deleted."""
        assert target.lines is not None
        entity, number = target.lines.entity, target.lines.number
        table = hq.tables[entity]
        there = sa.select(table.c.id).where(table.c[target.lines.parent] == parent, table.c.deleted == 0)
        ids = list(self._connection.scalars(there.order_by(table.c[number])))
        for place, (row_id, line) in enumerate(zip(ids, lines, strict=False), start=1):
            self._update(entity, row_id, _line(target, parent, place, line))
        self._insert_lines(target, parent, values, lines[len(ids) :], first=len(ids) + 1)
        for row_id in ids[len(lines) :]:
            gone = sa.update(table).where(table.c.id == row_id)
            self._connection.execute(gone.values(deleted=1, updated_at=self._now))
            self.written[entity].removed += 1


def _line(target: Target, parent: bytes, number: int, line: dict[str, Any]) -> dict[str, Any]:
    assert target.lines is not None
    return {target.lines.parent: parent, target.lines.number: number, **line}


def _fingerprint(values: dict[str, Any], lines: list[dict[str, Any]] | None) -> str:
    """Of all values, ids of other rows included: those are stable by their own keys."""
    text = repr((sorted(values.items()), [sorted(line.items()) for line in lines or ()]))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

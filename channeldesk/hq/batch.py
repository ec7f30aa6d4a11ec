"""Writes collected and sent to the database together: many rows per statement, parents first."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Unit
from channeldesk.model.entities import ENTITIES
from channeldesk.model.tables import hq

Values = dict[str, Any]


class Objection(Exception):
    """The database refused a row of ``entity`` for a key or a reference."""

    def __init__(self, entity: str, text: str) -> None:
        super().__init__(entity, text)
        self.entity, self._text = entity, text

    def names(self, *parts: str) -> bool:
        return any(part in self._text for part in parts)


class Batch:
    """Inserts, then updates, one per row however often it was edited."""

    def __init__(self) -> None:
        self._inserts: dict[str, list[Values]] = defaultdict(list)
        self._updates: dict[tuple[str, bytes], Values] = {}

    def insert(self, entity: str, row: Values) -> None:
        self._inserts[entity].append(row)

    def update(self, entity: str, row_id: bytes, values: Values) -> None:
        self._updates[entity, row_id] = {**self._updates.get((entity, row_id), {}), **values}

    def add(self, later: Batch) -> None:
        """Puts ``later`` behind what is here."""
        for entity, rows in later._inserts.items():
            self._inserts[entity] += rows
        for (entity, row_id), values in later._updates.items():
            self.update(entity, row_id, values)

    @property
    def touches_reference(self) -> bool:
        """Whether something is among it that orders are judged by."""
        names = {*self._inserts, *(entity for entity, _ in self._updates)}
        return any(ENTITIES[name].unit is Unit.GLOBAL for name in names)

    def write(self, connection: sa.Connection) -> None:
        """Raises Objection; the caller then undoes the transaction or savepoint."""
        for entity in ENTITIES:
            if rows := self._inserts.get(entity):
                self._execute(connection, entity, sa.insert(hq.tables[entity]), rows)
        alike: dict[tuple[str, tuple[str, ...]], list[Values]] = defaultdict(list)
        for (entity, row_id), values in self._updates.items():
            alike[entity, tuple(sorted(values))].append({**values, "row_id_": row_id})
        for (entity, names), rows in alike.items():
            table = hq.tables[entity]
            update = sa.update(table).where(table.c.id == sa.bindparam("row_id_", type_=table.c.id.type))
            self._execute(connection, entity, update.values({n: sa.bindparam(n) for n in names}), rows)

    @staticmethod
    def _execute(
        connection: sa.Connection, entity: str, statement: sa.Insert | sa.Update, rows: list[Values]
    ) -> None:
        try:
            connection.execute(statement, rows)
        except sa.exc.IntegrityError as error:
            raise Objection(entity, str(error.orig)) from error

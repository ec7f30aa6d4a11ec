"""Writes collected and sent to the database together: many rows per statement, parents first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.policy import references
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
        """Whether something is among it that orders are judged by. A promotion itself is read anew for every
        order, for what is left of its budget.
        """
        names = {*self._inserts, *(entity for entity, _ in self._updates)} - {"promotion"}
        return any(ENTITIES[name].unit is Unit.GLOBAL for name in names)

    def write(self, connection: sa.Connection) -> None:
        """Raises Objection; the caller then undoes the transaction or savepoint."""
        for entity in ENTITIES:
            if rows := self._inserts.get(entity):
                with _objecting(entity):
                    bulk.insert(connection, hq.tables[entity], _parents_first(entity, rows))
        alike: dict[tuple[str, tuple[str, ...]], list[tuple[bytes, Values]]] = defaultdict(list)
        for (entity, row_id), values in self._updates.items():
            alike[entity, tuple(sorted(values))].append((row_id, values))
        for (entity, names), edits in alike.items():
            with _objecting(entity):
                bulk.update(connection, hq.tables[entity], names, edits)


def _parents_first(entity: str, rows: list[Values]) -> list[Values]:
    """A row may point at another new one of its kind (a territory at the one above it)."""
    own = [name for name, target in references(ENTITIES[entity]).items() if target == entity]
    waiting = {row["id"]: row for row in rows}
    if not own or not any(row.get(name) in waiting for row in rows for name in own):
        return rows
    ordered: list[Values] = []
    while waiting:
        free = [one for one, row in waiting.items() if not any(row.get(name) in waiting for name in own)]
        ordered += [waiting.pop(one) for one in free or list(waiting)]  # in a circle: the database objects
    return ordered


@contextmanager
def _objecting(entity: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise Objection(entity, str(error.orig)) from error

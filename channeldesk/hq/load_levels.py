"""Rows of reported levels by what they are of: one stock is one row, whichever systems tell of it."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.tables import hq

LEVELS = frozenset({"stock_level", "warehouse_level"})

_Place = tuple[Any, ...]


class Told(NamedTuple):
    """The row of a place, product and lot, and the moment of the report (ms UTC) that it holds."""

    row_id: bytes
    as_of: int


class Places:
    """All rows of one such entity, those of the load that is under way too."""

    def __init__(self, connection: sa.Connection, entity: str) -> None:
        self._key, table = ENTITIES[entity].key, hq.tables[entity]
        columns = [table.c[name] for name in self._key]
        query = sa.select(table.c.id, table.c.as_of, *columns).where(table.c.deleted == 0)
        self._told, self._places = dict[_Place, Told](), dict[bytes, _Place]()
        for row in connection.execute(query).mappings():
            self.hold(dict(row), row["id"])
        key = hq.tables["external_key"]
        meant = sa.select(key.c.row_id).where(key.c.entity == entity, key.c.deleted == 0)
        self._meant = Counter(connection.scalars(meant))

    def find(self, values: dict[str, Any]) -> Told | None:
        return self._told.get(self._place(values))

    def hold(self, values: dict[str, Any], row_id: bytes) -> None:
        """The row is of that place now, and no longer of the one before."""
        if row_id in self._places:
            del self._told[self._places[row_id]]
        place = self._places[row_id] = self._place(values)
        self._told[place] = Told(row_id, values["as_of"])

    def alone(self, row_id: bytes) -> bool:
        """Whether one foreign id alone, of whatever source, means the row."""
        return self._meant[row_id] == 1

    def mean(self, row_id: bytes, before: bytes | None) -> None:
        """A foreign id means this row, which meant the one ``before``."""
        self._meant[row_id] += 1
        if before is not None:
            self._meant[before] -= 1

    def _place(self, values: dict[str, Any]) -> _Place:
        return tuple(values.get(name) for name in self._key)

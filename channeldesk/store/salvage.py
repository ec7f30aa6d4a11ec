"""Reading a damaged database as far as it can be read: one table at a time, around the damaged pages.

SQLCipher refuses a page whose signature is wrong, and its connection says no to everything afterwards. So
each failure costs a new connection, and what lies between the failures is found by halving the range of row
numbers, the widest part that is unknown first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store.connect import Use, connect

PROBES = 1_500
"""Failures (about 2 ms each) after which the rest of a table is given up."""
_PAGE_OF_ROWS = 1_000
"""More rows than one page can hold."""
_LARGEST = 1 << 40

Prepare = Callable[[Any], None]


@dataclass
class Harvest:
    """The rows of one table that could be read, and an upper bound of how many could not."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    lost: int = 0

    @property
    def whole(self) -> bool:
        return self.lost == 0


class Salvage:
    """An open damaged database. ``prepare`` is applied to every connection (functions for conditions)."""

    def __init__(self, path: Path, key: bytes, prepare: Prepare = lambda raw: None) -> None:
        """Raises :class:`Problem` when not even the list of tables can be read."""
        self._path, self._key, self._prepare = path, key, prepare
        self._raw: Any = None
        self._probes = 0
        self._open()

    def _open(self) -> Any:
        if self._raw is None:
            self._raw = connect(self._path, self._key, Use.READ)
            self._prepare(self._raw)
        return self._raw

    def close(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def tables(self) -> list[str]:
        """Names of the ordinary tables."""
        found = self._open().execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return [str(name) for (name,) in found]

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self._open().execute(f'PRAGMA table_info("{table}")')]

    def value(self, statement: str) -> Any:
        """The one value of a statement; None where it cannot be read."""
        found = self._try(statement, ())
        return found[0][0] if found else None

    def read(self, table: str, where: str = "1") -> Harvest:
        """Every readable row of ``table`` for which ``where`` holds."""
        harvest = Harvest(self.columns(table))
        self._probes = 0
        if not self._is_numbered(table):
            return self._from_start(table, where, harvest)
        last = self.last_row(table)
        if last is None:
            harvest.lost = self._expected(table)
            return harvest
        unknown = [(-last, 1, last)]
        while unknown:
            _, low, high = heapq.heappop(unknown)
            stopped = self._take(table, where, low, high, harvest)
            if stopped is None:
                continue
            if stopped == high or self._probes > PROBES:
                harvest.lost += high - stopped + 1
                continue
            middle = (stopped + high) // 2
            for part in ((stopped, middle), (middle + 1, high)):
                heapq.heappush(unknown, (part[0] - part[1], *part))
        harvest.rows.sort(key=lambda row: row[-1])
        harvest.rows = [row[:-1] for row in harvest.rows]
        return harvest

    def _is_numbered(self, table: str) -> bool:
        """Whether the rows have numbers: tables without them are small, or can be computed again."""
        return not self.value(f"SELECT wr FROM pragma_table_list('{table}') WHERE schema = 'main'")

    def _from_start(self, table: str, where: str, harvest: Harvest) -> Harvest:
        names = ", ".join(f'"{name}"' for name in harvest.columns)
        try:
            for row in self._open().execute(f'SELECT {names} FROM "{table}" WHERE {where}'):
                harvest.rows.append(tuple(row))
        except sqlcipher.DatabaseError:
            self._failed()
            harvest.lost = 1
        return harvest

    def _take(self, table: str, where: str, low: int, high: int, harvest: Harvest) -> int | None:
        """Reads upwards from ``low``. None: all of it; otherwise the first row number not known."""
        names = ", ".join(f'"{name}"' for name in harvest.columns)
        statement = (
            f'SELECT {names}, rowid AS number FROM "{table}" NOT INDEXED '
            f"WHERE rowid BETWEEN ? AND ? AND ({where}) ORDER BY rowid"
        )
        reached = low
        try:
            for row in self._open().execute(statement, (low, high)):
                harvest.rows.append(tuple(row))
                reached = row[-1] + 1
        except sqlcipher.DatabaseError:
            self._failed()
            return min(reached, high)
        return None

    def last_row(self, table: str) -> int | None:
        """The highest row number, or somewhat more if the last page is damaged; None: nothing is readable."""
        found = self._try(f'SELECT coalesce(max(rowid), 1) FROM "{table}"', ())
        if found:
            return int(found[0][0])
        seek = f'SELECT rowid FROM "{table}" WHERE rowid >= ? ORDER BY rowid LIMIT 1'
        best, step = 0, 1
        while step <= _LARGEST:
            if rows := self._try(seek, (step,)):
                best = rows[0][0]
            step *= 2
        if not best:
            return None
        while step >= 1:
            if rows := self._try(seek, (best + step,)):
                best = rows[0][0]
            else:
                step //= 2
        return best + _PAGE_OF_ROWS

    def _expected(self, table: str) -> int:
        """How many rows a table held of which nothing can be read: at least one, for all that is known."""
        of_table = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?"
        for (index,) in self._try(of_table, (table,)):
            counted = self._try(f'SELECT count(*) FROM "{table}" INDEXED BY "{index}"', ())
            if counted:
                return int(counted[0][0])
        return 1

    def _try(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """The rows of a statement; none where it cannot be read to its end."""
        try:
            return list(self._open().execute(statement, parameters).fetchall())
        except sqlcipher.DatabaseError:
            self._failed()
            return []

    def _failed(self) -> None:
        self._probes += 1
        self.close()


def opened(path: Path, key: bytes, prepare: Prepare = lambda raw: None) -> Salvage | None:
    """The database, or None when its first page or its list of tables cannot be read."""
    try:
        return Salvage(path, key, prepare)
    except (sqlcipher.DatabaseError, Problem):
        return None

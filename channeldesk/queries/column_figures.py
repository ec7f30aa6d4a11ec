"""What the columns of a list come to over any of its rows: sum, lowest, highest, number of values.

What has no measure in common is kept apart, never added: amounts by currency, quantities by unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries.views import Column, ColumnType, ListSpec, used

_PIECE = 20_000
"""Rows asked for at once: turning more keys into text would hold up the window's thread."""
_ADDED = {ColumnType.INTEGER, ColumnType.MONEY, ColumnType.PRICE, ColumnType.QUANTITY, ColumnType.SHARE}
MEASURED = _ADDED | {ColumnType.DAY, ColumnType.INSTANT}
"""Types of columns that have figures."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one column in one currency or unit. ``unsure``: how many of the values headquarters may change."""

    count: int = 0
    total: int = 0
    least: Any = None
    most: Any = None
    unsure: int = 0

    def __add__(self, other: Figures) -> Figures:
        least = [one for one in (self.least, other.least) if one is not None]
        most = [one for one in (self.most, other.most) if one is not None]
        return Figures(
            self.count + other.count,
            self.total + other.total,
            min(least, default=None),
            max(most, default=None),
            self.unsure + other.unsure,
        )


Measures = dict[str, Figures]
"""By currency or unit; "" where a value has neither."""


def column_figures(
    connection: sa.Connection,
    spec: ListSpec,
    keys: Sequence[int],
    columns: Sequence[str],
    params: Mapping[str, Any] | None = None,
) -> dict[str, Measures]:
    """Figures of ``columns`` over the rows of ``keys``; a column whose values have no figures is left out."""
    wanted = {name: spec.columns[name] for name in columns if name in spec.columns}
    found: dict[str, Measures] = {name: {} for name, one in wanted.items() if one.type in MEASURED}
    by_measure: dict[str, list[str]] = {}
    for name in found:
        column = wanted[name]
        by_measure.setdefault(column.currency or column.unit or "''", []).append(name)
    every = _is_every(connection, spec, keys)
    for measure, names in by_measure.items():
        statement = sa.text(_statement(spec, measure, [wanted[name] for name in names], every=every))
        for piece in [""] if every else _pieces(keys):
            binds = used(statement.text, "", {**(params or {}), "keys": piece})
            for row in connection.execute(statement, binds):
                for at, name in enumerate(names):
                    here = Figures(*row[1 + 5 * at : 6 + 5 * at])
                    if here.count:
                        of = found[name]
                        of[row[0] or ""] = of.get(row[0] or "", Figures()) + here
    return found


def _pieces(keys: Sequence[int]) -> Iterator[str]:
    for first in range(0, len(keys), _PIECE):
        yield json.dumps(list(keys[first : first + _PIECE]))


def _is_every(connection: sa.Connection, spec: ListSpec, keys: Sequence[int]) -> bool:
    """Whether a long list shows all there is: then no row need be looked up by its key."""
    if len(keys) <= _PIECE or spec.where or " JOIN " in spec.source:
        return False
    return bool(connection.execute(sa.text(f"SELECT count(*) FROM {spec.source}")).scalar_one() == len(keys))


def _statement(spec: ListSpec, measure: str, columns: Sequence[Column], *, every: bool = False) -> str:
    told = []
    for column in columns:
        value = column.figure or column.sql
        total = f"coalesce(sum({value}), 0)" if column.type in _ADDED else "0"
        unsure = f"coalesce(sum(({column.unsure}) AND ({value}) IS NOT NULL), 0)" if column.unsure else "0"
        told.append(f"count({value}), {total}, min({value}), max({value}), {unsure}")
    needed = {name for column in columns for name in column.needs}
    needed |= {name for name in spec.joins if any(f"{name}." in one.unsure for one in columns)}
    needed |= {name for name in spec.joins if f"{name}." in measure}
    joins = " ".join(sql for name, sql in spec.joins.items() if name in needed)
    asked, rows = f"SELECT {measure}, {', '.join(told)} FROM", f"{spec.source} {joins}"
    if every:
        return f"{asked} {rows} GROUP BY 1"
    return f"{asked} json_each(:keys) k CROSS JOIN {rows} WHERE {spec.key} = k.value GROUP BY 1"

"""What the columns of a list come to over any of its rows: sum, lowest, highest, number of values.

What has no measure in common is kept apart, never added: amounts by currency, quantities by unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries.views import Column, ColumnType, ListSpec, used

_PIECE = 20_000
"""Rows asked for at once: turning more keys into text would hold up the window's thread."""
_FEW = 4
"""Currencies or units that are added up one by one."""
_NONE = "''"
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
        by_measure.setdefault(column.currency or column.unit or _NONE, []).append(name)
    every = _is_every(connection, spec, keys)
    for measure, names in by_measure.items():
        told = [wanted[name] for name in names]
        read = _of_every(connection, spec, measure, told, params) if every else None
        if read is None:
            read = _by_measure(connection, spec, measure, told, params, None if every else keys)
        for one, figures in read:
            for name, here in zip(names, figures, strict=True):
                if here.count:
                    found[name][one or ""] = found[name].get(one or "", Figures()) + here
    return found


_Read = Iterable[tuple[str | None, list[Figures]]]
"""A measure with the figures of each column."""


def _by_measure(
    connection: sa.Connection,
    spec: ListSpec,
    measure: str,
    columns: Sequence[Column],
    params: Mapping[str, Any] | None,
    keys: Sequence[int] | None,
) -> _Read:
    """Over the rows of ``keys``, or over all."""
    asked, rows = f"SELECT {measure}, {_told(columns)} FROM", _rows(spec, measure, columns)
    sql = f"{asked} json_each(:keys) k CROSS JOIN {rows} WHERE {spec.key} = k.value GROUP BY 1"
    if keys is None:
        sql = f"{asked} {rows} GROUP BY 1"
    for piece in _pieces(keys) if keys is not None else [""]:
        binds = used(sql, "", {**(params or {}), "keys": piece})
        for row in connection.execute(sa.text(sql), binds):
            yield row[0], _figures(row[1:])


def _of_every(
    connection: sa.Connection,
    spec: ListSpec,
    measure: str,
    columns: Sequence[Column],
    params: Mapping[str, Any] | None,
) -> _Read | None:
    """Over all rows, where they have few currencies or units: each is added up by itself, without sorting the
    rows by them, which takes longer than all adding. None where there are many.
    """
    rows = _rows(spec, measure, columns)
    apart: list[str | None] = [""]
    if measure != _NONE:
        sql = f"SELECT DISTINCT {measure} FROM {rows} LIMIT {_FEW + 1}"
        apart = list(connection.execute(sa.text(sql), used(sql, "", params or {})).scalars())
        if not 0 < len(apart) <= _FEW:
            return None
    only = [f" FILTER (WHERE {measure} IS :m{at})" if measure != _NONE else "" for at in range(len(apart))]
    sql = f"SELECT {', '.join(_told(columns, one) for one in only)} FROM {rows}"
    binds = used(sql, "", {**(params or {}), **{f"m{at}": one for at, one in enumerate(apart)}})
    row = connection.execute(sa.text(sql), binds).one()
    wide = len(row) // len(apart)
    return [(one, _figures(row[at * wide : (at + 1) * wide])) for at, one in enumerate(apart)]


def _figures(values: Sequence[Any]) -> list[Figures]:
    return [Figures(*values[at : at + 5]) for at in range(0, len(values), 5)]


def _pieces(keys: Sequence[int]) -> Iterator[str]:
    for first in range(0, len(keys), _PIECE):
        yield json.dumps(list(keys[first : first + _PIECE]))


def _is_every(connection: sa.Connection, spec: ListSpec, keys: Sequence[int]) -> bool:
    """Whether a long list shows all there is: then no row need be looked up by its key."""
    if len(keys) <= _PIECE or spec.where or " JOIN " in spec.source:
        return False
    return bool(connection.execute(sa.text(f"SELECT count(*) FROM {spec.source}")).scalar_one() == len(keys))


def _rows(spec: ListSpec, measure: str, columns: Sequence[Column]) -> str:
    needed = {name for column in columns for name in column.needs}
    needed |= {name for name in spec.joins if any(f"{name}." in one.unsure for one in columns)}
    needed |= {name for name in spec.joins if f"{name}." in measure}
    joins = " ".join(sql for name, sql in spec.joins.items() if name in needed)
    return f"{spec.source} {joins}"


def _told(columns: Sequence[Column], only: str = "") -> str:
    """Five values for each column, of all rows or of those that a filter lets through."""
    parts = []
    for column in columns:
        value, unsure = column.figure or column.sql, "0"
        total = f"coalesce(sum({value}){only}, 0)" if column.type in _ADDED else "0"
        if column.unsure:
            unsure = f"coalesce(sum(({column.unsure}) AND ({value}) IS NOT NULL){only}, 0)"
        parts.append(f"count({value}){only}, {total}, min({value}){only}, max({value}){only}, {unsure}")
    return ", ".join(parts)

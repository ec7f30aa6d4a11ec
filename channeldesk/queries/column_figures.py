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
SUM, AVERAGE, LEAST, MOST, COUNT = "sum", "average", "least", "most", "count"
Asked = Mapping[str, str]
"""By column the figure it is asked for, such as :data:`SUM`."""
_ADDED = {ColumnType.INTEGER, ColumnType.MONEY, ColumnType.PRICE, ColumnType.QUANTITY, ColumnType.SHARE}
MEASURED = _ADDED | {ColumnType.DAY, ColumnType.INSTANT}
"""Types of columns that have figures."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one column in one currency or unit. ``unsure``: how many of the values headquarters may change.

    Beside these two only what was asked for is known: ``total`` for a sum or an average, ``least``, ``most``.
    """

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
    columns: Asked,
    params: Mapping[str, Any] | None = None,
) -> dict[str, Measures]:
    """Figures over the rows of ``keys``; a column whose values have no figures is left out."""
    wanted = {name: spec.columns[name] for name in columns if name in spec.columns}
    found: dict[str, Measures] = {name: {} for name, one in wanted.items() if one.type in MEASURED}
    by_measure: dict[str, list[str]] = {}
    for name in found:
        column = wanted[name]
        by_measure.setdefault(column.currency or column.unit or _NONE, []).append(name)
    every = _is_every(connection, spec, keys)
    for measure, names in by_measure.items():
        told = [(wanted[name], columns[name]) for name in names]
        read = _of_every(connection, spec, measure, told, params) if every else None
        if read is None:
            read = _by_measure(connection, spec, measure, told, params, None if every else keys)
        for one, figures in read:
            for name, here in zip(names, figures, strict=True):
                if here.count:
                    found[name][one or ""] = found[name].get(one or "", Figures()) + here
    return found


_Told = Sequence[tuple[Column, str]]
"""Columns, each with the figure it is asked for."""
_Read = Iterable[tuple[str | None, list[Figures]]]
"""A measure with the figures of each column."""


def _by_measure(
    connection: sa.Connection,
    spec: ListSpec,
    measure: str,
    columns: _Told,
    params: Mapping[str, Any] | None,
    keys: Sequence[int] | None,
) -> _Read:
    """Over the rows of ``keys``, or over all."""
    told, rows = _told(columns), _rows(spec, measure, columns)
    asked = f"SELECT {measure}, {_listed(told)} FROM"
    sql = f"{asked} json_each(:keys) k CROSS JOIN {rows} WHERE {spec.key} = k.value GROUP BY 1"
    if keys is None:
        sql = f"{asked} {rows} GROUP BY 1"
    for piece in _pieces(keys) if keys is not None else [""]:
        binds = used(sql, "", {**(params or {}), "keys": piece})
        for row in connection.execute(sa.text(sql), binds):
            yield row[0], _figures(told, row[1:])


def _of_every(
    connection: sa.Connection,
    spec: ListSpec,
    measure: str,
    columns: _Told,
    params: Mapping[str, Any] | None,
) -> _Read | None:
    """Over all rows, where they have few currencies or units: each is added up by itself, without sorting the
    rows by them, which takes longer than all adding. None where there are many.
    """
    rows = _rows(spec, measure, columns)
    apart: Sequence[str | None] = [""]
    if measure != _NONE:
        sql = f"SELECT DISTINCT {measure} FROM {rows} LIMIT {_FEW + 1}"
        apart = connection.execute(sa.text(sql), used(sql, "", params or {})).scalars().all()
        if not 0 < len(apart) <= _FEW:
            return None
    only = [f" FILTER (WHERE {measure} IS :m{at})" if measure != _NONE else "" for at in range(len(apart))]
    told = [sql for one in only for sql in _told(columns, one)]
    sql = f"SELECT {_listed(told)} FROM {rows}"
    binds = used(sql, "", {**(params or {}), **{f"m{at}": one for at, one in enumerate(apart)}})
    figures = _figures(told, connection.execute(sa.text(sql), binds).one())
    wide = len(columns)
    return [(one, figures[at * wide : (at + 1) * wide]) for at, one in enumerate(apart)]


def _listed(told: Iterable[str]) -> str:
    """What several columns have in common, such as their count, is asked for once."""
    return ", ".join(dict.fromkeys(told))


def _figures(told: Sequence[str], values: Sequence[Any]) -> list[Figures]:
    by = dict(zip(dict.fromkeys(told), values, strict=True))
    return [Figures(*(by[sql] for sql in told[at : at + 5])) for at in range(0, len(told), 5)]


def _pieces(keys: Sequence[int]) -> Iterator[str]:
    for first in range(0, len(keys), _PIECE):
        yield json.dumps(list(keys[first : first + _PIECE]))


def _is_every(connection: sa.Connection, spec: ListSpec, keys: Sequence[int]) -> bool:
    """Whether a long list shows all there is: then no row need be looked up by its key."""
    if len(keys) <= _PIECE or spec.where or " JOIN " in spec.source:
        return False
    return bool(connection.execute(sa.text(f"SELECT count(*) FROM {spec.source}")).scalar_one() == len(keys))


def _rows(spec: ListSpec, measure: str, columns: _Told) -> str:
    needed = {name for column, _ in columns for name in column.needs}
    needed |= {name for name in spec.joins if any(f"{name}." in one.unsure for one, _ in columns)}
    needed |= {name for name in spec.joins if f"{name}." in measure}
    joins = " ".join(sql for name, sql in spec.joins.items() if name in needed)
    return f"{spec.source} {joins}"


def _told(columns: _Told, only: str = "") -> list[str]:
    """Five values for each column, of all rows or of those that a filter lets through."""
    told = []
    for column, figure in columns:
        value = column.figure or column.sql
        always = column.required and not column.figure
        total = column.type in _ADDED and figure in (SUM, AVERAGE)
        unsure = column.unsure if always else f"({column.unsure}) AND ({value}) IS NOT NULL"
        told += [
            f"count(*){only}" if always else f"count({value}){only}",
            f"coalesce(sum({value}){only}, 0)" if total else "0",
            f"min({value}){only}" if figure == LEAST else "NULL",
            f"max({value}){only}" if figure == MOST else "NULL",
            f"coalesce(sum({unsure}){only}, 0)" if column.unsure else "0",
        ]
    return told

"""Lists of any length: ordered keys first, pages of rows on demand.

A list page asks ``keys`` once (SQLite row numbers in the order shown, filtered and sorted in SQL) and
``rows`` for the keys on screen. Each list declares its columns in a :class:`ListSpec`; filters are what
people type into the row under the header (see :mod:`channeldesk.queries.filters`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

import sqlalchemy as sa

from channeldesk.model.search_text import normalise
from channeldesk.queries import clock

_PIECE = 1 << 20
"""Characters of a text of numbers that are read at once."""


class ColumnType(StrEnum):
    """What a column holds: decides how a filter is read and compared."""

    TEXT = "text"
    CHOICE = "choice"
    """Codes of ours, compared whole; ``a|b`` is either."""
    INTEGER = "integer"
    MONEY = "money"
    PRICE = "price"
    QUANTITY = "quantity"
    SHARE = "share"
    """Basis points, typed in per cent."""
    DAY = "day"
    INSTANT = "instant"
    """Milliseconds; filtered by day in the reader's time zone."""
    FLAG = "flag"


@dataclass(frozen=True)
class Column:
    """One column that can be filtered and sorted.

    ``sql`` is its value; ``currency`` the SQL of its currency (money only); ``needs`` names the joins of the
    spec that it reads. ``required``: never null, so that sorting may walk an index. ``also`` is the
    SQL of the same name in its own script: a text filter finds either, and readers of that script sort by it.
    ``code``: ordered by its signs, as a number of an order is; other texts are ordered as names are in the
    reader's language.

    For what a column comes to (``queries/column_figures.py``): ``unit`` is the SQL of a quantity's unit,
    ``figure`` the value where ``sql`` stands in for one that is missing, ``unsure`` whether headquarters may
    still change it.
    """

    sql: str
    type: ColumnType = ColumnType.TEXT
    currency: str = ""
    needs: tuple[str, ...] = ()
    required: bool = False
    also: str = ""
    code: bool = False
    unit: str = ""
    figure: str = ""
    unsure: str = ""


@dataclass(frozen=True)
class ListSpec:
    """How a list is read. ``key`` is the SQL of the row number, ``source`` the table with its alias.

    ``default_sort`` is used when a view names none. ``search`` is a condition that finds one ``{word}`` of
    a search text; all words must be found.
    """

    key: str
    source: str
    columns: Mapping[str, Column]
    default_sort: str
    default_descending: bool = False
    joins: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    search: str = "0"
    tie: str = ""
    """SQL that orders equals; the key by default."""


@dataclass(frozen=True)
class ListView:
    """What a person chose to see of a list: hashable, so that an answer can be matched to its question.

    ``filters`` maps columns to typed text; a mapping or pairs are accepted. ``language`` says how numbers and
    dates were typed. An empty ``sort`` is the list's own order.
    """

    filters: Any = ()
    sort: str = ""
    descending: bool = False
    search: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        pairs: Iterable[tuple[str, str]]
        pairs = self.filters.items() if isinstance(self.filters, Mapping) else self.filters
        object.__setattr__(
            self, "filters", tuple(sorted((str(k), str(v)) for k, v in pairs if str(v).strip()))
        )


ALL = ListView()


def ordered_keys(
    connection: sa.Connection,
    spec: ListSpec,
    view: ListView,
    *,
    where: str = "",
    params: Mapping[str, Any] | None = None,
    today: str | None = None,
) -> array[int]:
    """Row numbers of the list in the order shown.

    ``where`` (SQL over the spec's aliases) narrows the list to a page's subject. Raises Problem for a filter
    that cannot be understood, KeyError for a column the list does not have.
    """
    source, binds, order = _selection(connection, spec, view, where, params, today)
    sql = f"SELECT {spec.key} AS k {source}"
    # As one text: fetched one by one, each key would take the lock that the window's thread needs.
    packed = sa.text(f"SELECT json_group_array(k) FROM ({sql} ORDER BY {order} LIMIT -1)")
    return _unpacked(connection.execute(packed, used(sql, order, binds)).scalar_one())


def counted(
    connection: sa.Connection,
    spec: ListSpec,
    view: ListView,
    *,
    params: Mapping[str, Any] | None = None,
    today: str | None = None,
) -> int:
    """How many rows a view lets through; nothing is put in order for it."""
    source, binds, _ = _selection(connection, spec, view, "", params, today)
    sql = f"SELECT count(*) {source}"
    return int(connection.execute(sa.text(sql), used(sql, "", binds)).scalar_one())


def _unpacked(text: str) -> array[int]:
    """The numbers of a JSON array, piece by piece: a million of them are never all objects at a time."""
    found = array("q")
    at, last = 1, len(text) - 1
    while at < last:
        comma = text.find(",", at + _PIECE)
        end = comma if comma >= 0 else last
        found.extend(json.loads(f"[{text[at:end]}]"))
        at = end + 1
    return found


def summed(
    connection: sa.Connection,
    spec: ListSpec,
    view: ListView,
    column: str,
    *,
    where: str = "",
    params: Mapping[str, Any] | None = None,
    today: str | None = None,
) -> dict[str, int]:
    """The sum of a column of money over all rows that the view lets through, by currency."""
    source, binds, _ = _selection(connection, spec, view, where, params, today)
    money = spec.columns[column]
    sql = f"SELECT {money.currency}, sum({money.sql}) {source} GROUP BY 1"
    return {row[0]: row[1] or 0 for row in connection.execute(sa.text(sql), used(sql, "", binds))}


def _selection(
    connection: sa.Connection,
    spec: ListSpec,
    view: ListView,
    where: str,
    params: Mapping[str, Any] | None,
    today: str | None,
) -> tuple[str, dict[str, Any], str]:
    """FROM and WHERE of a view, its parameters, its order."""
    from channeldesk.queries.filters import condition

    day = today or clock.today(connection)
    binds: dict[str, Any] = {"today": day, **(params or {})}
    conditions = [part for part in (spec.where, where) if part]
    needed: set[str] = set()
    for name, text in view.filters:
        column = spec.columns[name]
        needed |= set(column.needs)
        found = condition(column, text, view.language, date.fromisoformat(day), clock.zone(connection), binds)
        conditions.append(found)
    for at, word in enumerate(normalise(view.search).split()):
        binds[f"word{at}"] = word
        conditions.append(spec.search.format(word=f":word{at}"))
    order = _order(connection, spec, view, needed)
    for name in spec.joins:
        if f"{name}." in (where or ""):
            needed.add(name)
    joins = " ".join(sql for name, sql in spec.joins.items() if name in needed)
    source = f"FROM {spec.source} {joins}"
    if conditions:
        source += " WHERE " + " AND ".join(f"({one})" for one in conditions)
    return source, binds, order


def page(
    connection: sa.Connection, sql: str, keys: Sequence[int], params: Mapping[str, Any] | None = None
) -> Sequence[sa.Row[Any]]:
    """Rows of ``keys`` in their order; ``sql`` selects from ``k`` (key, value) by a CROSS JOIN.

    A row that was deleted after its key was read is left out.
    """
    binds = {"keys": json.dumps(list(keys)), **(params or {})}
    return connection.execute(sa.text(f"{sql} ORDER BY k.key"), binds).all()


def _order(connection: sa.Connection, spec: ListSpec, view: ListView, needed: set[str]) -> str:
    name = view.sort or spec.default_sort
    descending = view.descending if view.sort else spec.default_descending
    column = spec.columns[name]
    needed |= set(column.needs)
    way = " DESC" if descending else ""
    value = column.sql
    if column.type is ColumnType.TEXT:
        value = f"{value} COLLATE NOCASE" if column.code else name_order(connection, column, view.language)
    last = "" if column.required else f"{column.sql} IS NULL, "
    return f"{last}{value}{way}, {spec.tie or spec.key}{way}"


def name_order(connection: sa.Connection, column: Column, language: str) -> str:
    """SQL by which names are ordered for readers of a language: of the name that they are shown."""
    function = "name_order_zhuyin" if language == "zh_TW" else "name_order"
    if function not in connection.info:
        from channeldesk.model.collation import sort_key

        raw: Any = connection.connection.dbapi_connection
        raw.create_function(function, 1, partial(sort_key, language=language), deterministic=True)
        connection.info[function] = True
    own, other = (column.also, column.sql) if language.startswith("zh") else (column.sql, column.also)
    shown = f"coalesce(nullif({own}, ''), {other})" if own and other else own or other
    return f"{function}({shown})"


def entry_of(entity: str, row_id: str) -> str:
    """A search condition for :class:`ListSpec`: a word in the row's search entry (names, codes, pinyin)."""
    return (
        f"{row_id} IN (SELECT e.row_id FROM search_entry e "
        f"WHERE e.entity = '{entity}' AND instr(e.haystack, {{word}}) > 0)"
    )


def used(sql: str, order: str, binds: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``binds`` that a statement names."""
    return {name: value for name, value in binds.items() if f":{name}" in sql or f":{name}" in order}

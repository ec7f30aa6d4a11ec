"""SELECT statements of a pull: visible columns in wire form, so that a row goes from the driver to the wire
without passing through Python, and ``rv`` from the feed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from channeldesk.hq.policy import Access
from channeldesk.hq.tables import GLOBAL_UNIT, feed, feed_pending
from channeldesk.hq.triggers import CONCERN, UNIT_KINDS
from channeldesk.hq.units import Units
from channeldesk.model.declare import Type
from channeldesk.model.tables import Id, hq

Query = sa.Select[*tuple[Any, ...]]

LINE = 500
"""Rows in one line."""


class hex_id(sa.sql.functions.GenericFunction[str]):
    """An id as 32 lower-case hexadecimal digits."""

    type = sa.String()
    inherit_cache = True


@compiles(hex_id, "sqlite")
def _hex_sqlite(element: hex_id, compiler: Any, **options: Any) -> str:
    return f"nullif(lower(hex({compiler.process(element.clauses, **options)})), '')"


@compiles(hex_id, "postgresql")
def _hex_postgresql(element: hex_id, compiler: Any, **options: Any) -> str:
    return f"encode(uuid_send({compiler.process(element.clauses, **options)}), 'hex')"


class usual(sa.sql.functions.GenericFunction[bool]):
    """A condition that most rows meet. SQLite's planner, which keeps no statistics, else takes any condition
    with an index for a rare one, and walks a million rows to find the thousand that changed.
    """

    type = sa.Boolean()
    inherit_cache = True


@compiles(usual, "sqlite")
def _usual_sqlite(element: usual, compiler: Any, **options: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **options)}, 0.9)"


@compiles(usual, "postgresql")
def _usual_postgresql(element: usual, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


class one_of_few(sa.sql.functions.GenericFunction[bool]):
    """That an id is among those of a subquery, which are few. PostgreSQL's planner, which knows little of
    what row security lets through, else reads all rows of the units to find them.
    """

    type = sa.Boolean()
    inherit_cache = True


@compiles(one_of_few, "sqlite")
def _one_of_few_sqlite(element: one_of_few, compiler: Any, **options: Any) -> str:
    row_id, few = element.clauses
    return f"{compiler.process(row_id, **options)} IN {compiler.process(few, **options)}"


@compiles(one_of_few, "postgresql")
def _one_of_few_postgresql(element: one_of_few, compiler: Any, **options: Any) -> str:
    row_id, few = element.clauses
    return f"{compiler.process(row_id, **options)} = ANY (ARRAY{compiler.process(few, **options)})"


class Selecting:
    """The statements for one entity as one principal sees it, with the fields that version ``schema`` has;
    without the units of ``later``, as if they were not in sight.
    """

    def __init__(self, access: Access, head: int, schema: int, later: Units | None = None) -> None:
        self.access, self._head = access, head
        fields = access.entity.fields
        self._shown = [name for name in access.fields if fields[name].since <= schema]
        self.entity = access.entity
        self._table = hq.tables[self.entity.__entity__]
        away = sorted((later or {}).get(self.entity.unit, ())) if self.entity.owner is not None else []
        self._sent = self._table.c[str(self.entity.owner)].not_in(away) if away else sa.true()

    @property
    def columns(self) -> list[str]:
        """As in the ``columns`` line."""
        return ["id", "rv", *(name for name in self._shown if name != "id")]

    def backfill(self, after: str, *, most: bool = False, only: Units | None = None) -> Query:
        """Every visible row by id, after the id ``after`` (hex, may be empty); ``only`` those of some units.

        ``most`` tells SQLite's planner that most rows are visible: it walks the ids and answers at once,
        instead of sorting everything before the first row.
        """
        newest = sa.func.coalesce(feed.c.seq, self._head)
        units = usual(self.access.units) if most else self.access.units
        seen = sa.and_(units, self._sent, self._within(only), self._table.c.deleted == 0)
        query = self._rows(newest, seen)
        query = query.select_from(self._table.outerjoin(feed, self._own_entry()))
        if after:
            query = query.where(self._table.c.id > bytes.fromhex(after))
        return query.order_by(self._table.c.id)

    def _within(self, only: Units | None) -> sa.ColumnElement[bool]:
        if only is None or self.entity.owner is None:
            return sa.true()
        return self._table.c[self.entity.owner].in_(sorted(only.get(self.entity.unit, ())))

    def estimate(self, after: str, only: Units | None = None) -> Query:
        """About how many rows :meth:`backfill` gives: deleted ones are counted, which spares reading rows."""
        seen = sa.and_(self.access.units, self._sent, self._within(only))
        query = sa.select(sa.func.count()).select_from(self._table).where(seen)
        return query.where(self._table.c.id > bytes.fromhex(after)) if after else query

    def fed(self, after: int, until: int) -> Query:
        """Visible rows with an entry in (after, until], in the order of the feed."""
        entry = self._entries(feed.alias("f"), after, until, gone=0)
        few = sa.select(self._entries(feed.alias("g"), after, until, gone=0, name="few").c.row_id)
        return (
            self._rows(
                entry.c.seq, sa.and_(self._seen(), one_of_few(self._table.c.id, few.scalar_subquery()))
            )
            .select_from(entry.join(self._table, self._table.c.id == entry.c.row_id))
            .order_by(entry.c.seq)
        )

    def gone(self, after: int, until: int) -> Query:
        """(id, rv) of rows that left a unit in sight and are not in sight by another one."""
        entry = self._entries(feed.alias("f"), after, until, gone=1)
        query = sa.select(hex_id(entry.c.row_id), entry.c.seq).where(self._left(entry))
        return query.order_by(entry.c.seq)

    def pending(self) -> Query:
        """Visible rows that were written before the snapshot and have no place in the feed yet."""
        waiting = sa.select(feed_pending.c.row_id).where(feed_pending.c.entity == self._table.name)
        newest = sa.func.coalesce(feed.c.seq, self._head)
        query = self._rows(newest, self._seen())
        query = query.select_from(self._table.outerjoin(feed, self._own_entry()))
        few = one_of_few(self._table.c.id, waiting.scalar_subquery())
        return query.where(few).order_by(self._table.c.id)

    def pending_gone(self) -> Query:
        left = sa.and_(feed_pending.c.entity == self._table.name, feed_pending.c.gone == 1)
        query = sa.select(hex_id(feed_pending.c.row_id), sa.literal(self._head)).distinct()
        return query.where(left, self._left(feed_pending))

    def _seen(self) -> sa.ColumnElement[bool]:
        """The rows in sight, found by their ids rather than by their units."""
        return sa.and_(usual(self.access.units), self._sent, self._table.c.deleted == 0)

    def _rows(self, rv: sa.ColumnElement[Any], seen: sa.ColumnElement[bool]) -> Query:
        shown = [self._wire(name) for name in self._shown if name != "id"]
        return sa.select(hex_id(self._table.c.id), rv, *shown).where(seen)

    def _wire(self, name: str) -> sa.ColumnElement[Any]:
        column = self._table.c[name]
        return hex_id(column) if self.entity.fields[name].type in (Type.ID, Type.REF) else column

    def _own_entry(self) -> sa.ColumnElement[bool]:
        owner: sa.ColumnElement[Any] = sa.literal(GLOBAL_UNIT, Id())
        if self.entity.owner is not None:
            owner = self._table.c[self.entity.owner]
        return sa.and_(
            feed.c.entity == self._table.name,
            feed.c.row_id == self._table.c.id,
            feed.c.unit_kind == UNIT_KINDS[self.entity.unit],
            feed.c.unit_id == owner,
        )

    def _entries(
        self, entry: sa.FromClause, after: int, until: int, gone: int, name: str = "entry"
    ) -> sa.Subquery:
        return (
            sa.select(entry.c.seq, entry.c.row_id, entry.c.unit_kind, entry.c.unit_id)
            .where(
                entry.c.seq > after,
                entry.c.seq <= until,
                usual(entry.c.entity == self._table.name),
                entry.c.gone == gone,
            )
            .subquery(name)
        )

    def _left(self, entry: sa.FromClause) -> sa.ColumnElement[bool]:
        """Whether a row was in sight by this entry's unit and is by none any more. What was never meant for
        these people is not told, not even that it is gone.
        """
        row_id, access = entry.c.row_id, self.access
        mine = sa.and_(entry.c.unit_kind != CONCERN, access.holds(entry.c.unit_id))
        if access.concerned is not None:
            ended = sa.and_(entry.c.unit_kind == CONCERN, access.concerned_by(entry.c.unit_id))
            # A row that has gone elsewhere is told by what it concerned there, if by anything.
            mine = sa.or_(ended, sa.and_(mine, sa.exists().where(self._table.c.id == row_id, access.units)))
        return sa.and_(mine, ~self._visible(row_id))

    def _visible(self, row_id: sa.ColumnElement[Any]) -> sa.Exists:
        return sa.exists().where(self._table.c.id == row_id, self.access.rows, self._sent)


def batches(
    connection: sa.Connection, query: Query, size: int = LINE, *, few: bool = False
) -> Iterator[Sequence[Any]]:
    """Rows as the driver gives them, ``size`` at a time; never the whole result in memory, unless they are
    ``few`` (a page of the feed): for a cursor PostgreSQL plans to have the first rows soon, not all of them.
    """
    if connection.dialect.name == "postgresql":
        # A cursor at the server takes no prepared parameters through SQLAlchemy; all values here are ours.
        text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
        raw: Any = connection.connection.driver_connection
        with raw.cursor() if few else raw.cursor(name="rows") as cursor:
            cursor.execute(text)
            while rows := cursor.fetchmany(size):
                yield rows
    else:
        result = connection.execute(query)
        cursor = result.cursor
        try:
            while rows := cursor.fetchmany(size):
                yield rows
        finally:
            result.close()

"""What is known of stock at partners, place by place: anchors and movements of products.

A laptop and headquarters ask here, each with its own tables.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from channeldesk.model.tables import laptop
from channeldesk.queries import marks
from channeldesk.rules.counts import HOLDS_NOT
from channeldesk.rules.stock_places import Event, Holding, Warehouse, holding

Pair = tuple[bytes, bytes]
"""Partner and product."""
Events = dict[Pair, dict[Warehouse, list[Event]]]

_OF_PARTNER = """SELECT x.partner_id, x.product_id FROM stock_position x
WHERE x.partner_id = :partner AND x.product_id IN (SELECT unhex(value) FROM json_each(:products))"""
_FOREVER = (-1, 2**62)


def pairs(sql: str, binds: Mapping[str, Any]) -> sa.FromClause:
    """What a text selects as ``partner_id`` and ``product_id``."""
    known = sa.text(sql).bindparams(**binds)
    return known.columns(sa.column("partner_id"), sa.column("product_id")).subquery("p")


def anchors(
    connection: sa.Connection,
    known: sa.FromClause,
    tables: sa.MetaData = laptop,
    good_on: str | None = None,
) -> Events:
    """Counts and reported levels of the pairs ``known``; with ``good_on`` without lots that have expired by
    that day.
    """
    level, count, line = (tables.tables[name] for name in ("stock_level", "stock_count", "stock_count_line"))
    quantity: sa.ColumnElement[int] = level.c.quantity
    if good_on is not None:
        quantity = sa.case((level.c.expires_on < good_on, 0), else_=level.c.quantity)
    places = (level.c.partner_id, level.c.product_id, level.c.warehouse_id, level.c.as_of.label("at"))
    lots = sa.cast(sa.func.sum(quantity), sa.BigInteger).label("quantity")
    reported = (
        sa.select(*places, lots, sa.literal_column("0").label("counted"), sa.null().label("id"))
        .join_from(level, known, _same(level, known))
        .where(*_stands(level))
        .group_by(level.c.partner_id, level.c.product_id, level.c.warehouse_id, level.c.as_of)
    )
    counted = (
        sa.select(line.c.partner_id, line.c.product_id, count.c.warehouse_id, count.c.counted_at)
        .add_columns(line.c.counted, sa.literal_column("1"), line.c.id)
        .join_from(line, known, _same(line, known))
        .join(count, count.c.id == line.c.stock_count_id)
        .where(count.c.status.not_in(HOLDS_NOT), *_stands(line, count))
    )
    every = sa.union_all(reported, counted).subquery()
    told = (every.c.partner_id, every.c.product_id, every.c.warehouse_id, every.c.at, every.c.quantity)
    found = defaultdict[Pair, dict[Warehouse, dict[int, int]]](dict)
    # of two at one moment the later row holds
    for row in connection.execute(sa.select(*told).order_by(every.c.counted, every.c.id)):
        found[row.partner_id, row.product_id].setdefault(row.warehouse_id, {})[row.at] = row.quantity
    return {
        pair: {where: [*held.items()] for where, held in places.items()} for pair, places in found.items()
    }


def movements(
    connection: sa.Connection,
    known: sa.FromClause,
    since: int,
    until: int,
    tables: sa.MetaData = laptop,
) -> Events:
    """What moved and was sold between two moments, both left out."""
    move, sold = tables.tables["stock_movement"], tables.tables["sell_out"]

    def span(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.happened_at > since, table.c.happened_at < until, *_stands(table))

    moved = (
        sa.select(move.c.partner_id, move.c.product_id, move.c.warehouse_id, move.c.happened_at.label("at"))
        .add_columns(move.c.quantity)
        .join_from(move, known, _same(move, known))
        .where(span(move), sa.not_(_reported(move, sold)))
    )
    left = (
        sa.select(sold.c.partner_id, sold.c.product_id, sa.null(), sold.c.happened_at, -sold.c.quantity)
        .join_from(sold, known, _same(sold, known))
        .where(span(sold))
    )
    every = sa.union_all(moved, left).subquery()
    one, many = sa.func.json_array, sa.func.json_group_array
    if connection.dialect.name != "sqlite":
        one, many = sa.func.json_build_array, sa.func.json_agg
    place = (every.c.partner_id, every.c.product_id, every.c.warehouse_id)
    moves = sa.cast(many(one(every.c.at, every.c.quantity)), sa.Text).label("moves")
    found = defaultdict[Pair, dict[Warehouse, list[Event]]](dict)
    for row in connection.execute(sa.select(*place, moves).group_by(*place)):
        events = [(at, quantity) for at, quantity in json.loads(row.moves)]
        found[row.partner_id, row.product_id][row.warehouse_id] = events
    return found


def at_partner(
    connection: sa.Connection, partner_id: bytes, products: Iterable[bytes]
) -> dict[bytes, Holding]:
    """Those of the products that a partner is known to hold, with all that is known of them."""
    binds = {"partner": partner_id, "products": json.dumps([one.hex() for one in products])}
    pair = pairs(_OF_PARTNER, binds)
    known = anchors(connection, pair)
    moved = movements(connection, pair, *_FOREVER)
    return {
        product: holding(known.get((partner, product), {}), moved.get((partner, product), {}))
        for partner, product in {*known, *moved}
    }


def alive(*tables: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """Without what is deleted at headquarters; a laptop has none of that."""
    return [table.c.deleted == 0 for table in tables if "deleted" in table.c]


def _stands(*tables: NamedFromClause) -> list[sa.ColumnElement[bool]]:
    """Of facts: what is alive, and on a laptop what headquarters did not refuse."""
    return alive(*tables) or [sa.not_(_refused(table)) for table in tables]


def _refused(table: NamedFromClause) -> sa.ColumnElement[bool]:
    entity = table.element if isinstance(table, sa.Alias) else table
    assert isinstance(entity, sa.Table)
    return sa.literal_column(marks.rejected(entity.name, table.name), sa.Boolean)


def _same(table: sa.FromClause, known: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.partner_id == known.c.partner_id, table.c.product_id == known.c.product_id)


def _reported(move: sa.Table, sold: sa.Table) -> sa.ColumnElement[bool]:
    """A report of sell-out tells of the same goods; they count once (``demand.REPORTED``, for any tables)."""
    report, back = sold.alias("r"), sold.alias("b")
    taken_back = sa.exists().where(back.c.reverses_id == report.c.id, *_stands(back))
    told = sa.exists().where(
        _same(report, move),
        report.c.reverses_id.is_(None),
        move.c.happened_on.between(report.c.first_on, report.c.last_on),
        *_stands(report),
        ~taken_back,
    )
    return sa.and_(move.c.movement_kind == "sale", told)

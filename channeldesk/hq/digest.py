"""Headquarters' side of the comparison that finds silent damage on a laptop.

The feed alone tells: it holds one living entry for every visible row and unit, with the ``rv`` that a laptop
got. No data table is read, but to leave out what does not concern a partner's people.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from channeldesk.hq import policy, units
from channeldesk.hq.policy import STAFFED, Scope
from channeldesk.hq.selecting import batches, hex_id
from channeldesk.hq.tables import feed
from channeldesk.hq.triggers import UNIT_KINDS
from channeldesk.model.declare import Unit, replicated
from channeldesk.model.tables import hq
from channeldesk.wire import digest
from channeldesk.wire.digest import Digest
from channeldesk.wire.digest import Unit as UnitName


def of_scope(connection: sa.Connection, scope: Scope) -> dict[UnitName, Digest]:
    """Of every unit held that has rows."""
    return digest.digests(_rows(connection, scope))


def _seen(scope: Scope) -> sa.ColumnElement[bool]:
    """Entries of rows in sight, in the units held."""
    found: list[sa.ColumnElement[bool]] = []
    for entity in replicated():
        name, allowed = entity.__entity__, policy.access(scope, entity)
        if not allowed.sees:
            found.append(feed.c.entity != name)
        elif allowed.concerned is not None:
            table = hq.tables[name]
            fits = sa.exists().where(table.c.id == feed.c.row_id, allowed.concerned)
            found.append(sa.or_(feed.c.entity != name, fits))
    return sa.and_(sa.true(), *found)


def _rows(connection: sa.Connection, scope: Scope) -> Iterator[tuple[str, str, str, str, int]]:
    held = {kind: {one.hex() for one in ids} for kind, ids in units.held(connection, scope).items()}
    me = scope.principal.user_id.hex()
    for kind in units.KINDS:
        query = sa.select(hex_id(feed.c.unit_id), feed.c.entity, hex_id(feed.c.row_id), feed.c.seq).where(
            feed.c.unit_kind == UNIT_KINDS[kind], feed.c.gone == 0, _seen(scope)
        )
        for rows in batches(connection, query, 5_000):
            for unit_id, entity, row_id, seq in rows:
                others = kind is Unit.PRIVATE and unit_id != me
                if unit_id in held[kind] and not (others and entity not in STAFFED):
                    yield kind.value, unit_id, entity, row_id, seq

"""A short name for the set of units a user may see, as it was at a position of the feed.

It is a sum of one hash per unit, so units that were born after a cursor can be taken out of it: a new partner
comes with the feed, and only a partner that moved, or another grant or role, asks for a backfill.
"""

from __future__ import annotations

from hashlib import blake2b

import sqlalchemy as sa

from channeldesk.hq.policy import Scope
from channeldesk.hq.tables import feed
from channeldesk.model.tables import hq

_MODULUS = 1 << 128


def fingerprint(connection: sa.Connection, scope: Scope, position: int) -> str:
    """Of the units that had entered the feed at ``position``, 32 hex digits."""
    principal = scope.principal
    total = _hash(b"who", principal.user_id, principal.role.encode(), b"%d" % principal.sees_sensitive)
    if not scope.everything:
        partner, territory = hq.tables["partner"], hq.tables["territory"]
        mine = partner.c.territory_id.in_(sorted(scope.territories))
        for unit_id in _born(connection, partner, "p", mine, position):
            total += _hash(b"partner", unit_id)
        granted = territory.c.id.in_(sorted(scope.territories))
        for unit_id in _born(connection, territory, "g", granted, position):
            total += _hash(b"territory", unit_id)
    return f"{total % _MODULUS:032x}"


def _born(
    connection: sa.Connection, table: sa.Table, kind: str, mine: sa.ColumnElement[bool], position: int
) -> sa.ScalarResult[bytes]:
    entry = sa.and_(feed.c.entity == table.name, feed.c.row_id == table.c.id, feed.c.unit_kind == kind)
    query = sa.select(table.c.id).join(feed, entry).where(mine, feed.c.first_seq <= position)
    return connection.scalars(query)


def _hash(*parts: bytes) -> int:
    return int.from_bytes(blake2b(b"\0".join(parts), digest_size=16).digest(), "big")

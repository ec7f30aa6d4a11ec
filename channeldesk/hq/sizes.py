"""How much there is in each territory, for people who choose what their laptop keeps.

The feed alone tells: it has one living entry for every visible row and unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq import policy
from channeldesk.hq.policy import Scope
from channeldesk.hq.tables import feed
from channeldesk.hq.triggers import UNIT_KINDS
from channeldesk.model.declare import Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq
from channeldesk.rules.rights import PARTNER


@dataclass(frozen=True)
class Size:
    """Of a territory alone, without those below it."""

    id: bytes
    parent: bytes | None
    code: str
    name: str
    partners: int
    rows: int


def of_scope(connection: sa.Connection, scope: Scope) -> tuple[int, list[Size]]:
    """Rows that every laptop of this user has, and the territories in the order of the tree. People of a
    partner have nothing to choose, and are told nothing.
    """
    if scope.principal.role == PARTNER:
        return 0, []
    territory, partner = hq.tables["territory"], hq.tables["partner"]
    own = _rows(connection, Unit.TERRITORY)
    of_partner = _rows(connection, Unit.PARTNER)
    partners: dict[bytes, int] = {}
    seen = policy.access(scope, declaration("partner")).rows
    for row in connection.execute(sa.select(partner.c.id, partner.c.territory_id).where(seen)):
        partners[row.territory_id] = partners.get(row.territory_id, 0) + 1
        own[row.territory_id] = own.get(row.territory_id, 0) + of_partner.get(row.id, 0)
    query = sa.select(territory).where(territory.c.id.in_(sorted(scope.territories)))
    found = [
        Size(row.id, row.parent_id, row.code, row.name, partners.get(row.id, 0), own.get(row.id, 0))
        for row in connection.execute(query.order_by(territory.c.path))
    ]
    return sum(_rows(connection, Unit.GLOBAL).values()), found


def _rows(connection: sa.Connection, kind: Unit) -> dict[bytes, int]:
    mine = sa.and_(feed.c.unit_kind == UNIT_KINDS[kind], feed.c.gone == 0)
    query = sa.select(feed.c.unit_id, sa.func.count()).where(mine).group_by(feed.c.unit_id)
    return {bytes(row[0]): int(row[1]) for row in connection.execute(query)}

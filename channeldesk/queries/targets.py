"""What was agreed to be reached, for any scope and period."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from channeldesk.model.values import round_half_up
from channeldesk.queries.currency import Rates
from channeldesk.queries.once import once
from channeldesk.queries.sales import Scope, where

_PERIODS = "t.period_id IN (SELECT id FROM fiscal_period WHERE code IN ({codes}))"
_TERRITORY = f"""
SELECT t.territory_id, f.code AS period, t.currency, sum(t.value) AS value,
       (t.partner_id IS NOT NULL) * 2 + (t.user_id IS NOT NULL) AS grain
FROM target t JOIN fiscal_period f ON f.id = t.period_id
WHERE t.territory_id IN (SELECT unhex(value) FROM json_each(:left)) AND {_PERIODS}
  AND t.kpi = 'net_sales' AND t.category IS :category AND {{grains}}
GROUP BY 1, 2, 3, 5
"""
_WHOLE = "t.partner_id IS NULL AND t.user_id IS NULL"
_PARTNER = f"""
SELECT t.partner_id, f.code AS period, t.currency, sum(t.value) AS value
FROM target t JOIN fiscal_period f ON f.id = t.period_id JOIN partner p ON p.id = t.partner_id
WHERE t.territory_id IN (SELECT DISTINCT territory_id FROM target) AND {_PERIODS}
  AND t.kpi = 'net_sales' AND t.category IS :category AND {{kept}}
GROUP BY 1, 2, 3
"""
"""Every territory that has a target is named, since the index of targets begins with it."""


def by_period(
    connection: sa.Connection, scope: Scope, periods: Sequence[str], rates: Rates
) -> dict[str, int]:
    """Target of the scope per period code; a period without one is absent, which is not zero.

    Of a territory: what was agreed for it as a whole, else the sum over its salespeople, else over its
    partners, else the sum of the territories below. Of a channel type, and of a territory's own partners
    only: the sum over the partners.
    """
    if scope.partner_id is not None or scope.channel_type_id is not None or scope.direct:
        found: dict[str, int] = {}
        for (_, period), value in by_partner(connection, scope, periods, rates).items():
            found[period] = found.get(period, 0) + value
        return found
    tree = _Tree.load(connection)
    at = tree.roots if scope.territory_id is None else (scope.territory_id,)
    agreed = _agreed(connection, tree, at, scope, periods, rates)
    totals = {period: tree.total(at, period, agreed) for period in periods}
    return {period: value for period, value in totals.items() if value is not None}


def by_territory(
    connection: sa.Connection,
    territories: Collection[bytes],
    scope: Scope,
    periods: Sequence[str],
    rates: Rates,
) -> dict[bytes, int]:
    """The same for several territories, summed over the periods."""
    tree = _Tree.load(connection)
    agreed = _agreed(connection, tree, territories, scope, periods, rates)
    result: dict[bytes, int] = {}
    for territory in territories:
        values = [tree.total((territory,), period, agreed) for period in periods]
        if any(value is not None for value in values):
            result[territory] = sum(value or 0 for value in values)
    return result


def by_partner(
    connection: sa.Connection, scope: Scope, periods: Sequence[str], rates: Rates
) -> dict[tuple[bytes, str], int]:
    """Targets agreed with single partners of the scope."""
    binds = _binds(scope, periods)
    kept = where(replace(scope, category=None), binds)
    sql = _PARTNER.format(codes=_codes(periods), kept=kept)
    found: dict[tuple[bytes, str], int] = {}
    for row in connection.execute(sa.text(sql), binds).all():
        value = rates.convert(row.value, row.currency)
        if value is not None:
            key = (bytes(row.partner_id), row.period)
            found[key] = found.get(key, 0) + value
    return found


def due(value: int | None, pace: int) -> int | None:
    """The part of a target that should be reached by now."""
    return None if value is None else round_half_up(value * pace, 10_000)


Agreed = Mapping[tuple[bytes, str], Mapping[int, int]]
"""(territory, period) to the sums by grain: 0 the territory itself, 1 salespeople, 2 and 3 partners."""


def _agreed(
    connection: sa.Connection,
    tree: _Tree,
    territories: Collection[bytes],
    scope: Scope,
    periods: Sequence[str],
    rates: Rates,
) -> Agreed:
    """Of these territories as a whole; only where that is missing of their people and partners, then of the
    territories below: summing thousands of partners takes long, and what was agreed above counts.
    """
    found: dict[tuple[bytes, str], dict[int, int]] = {}

    def missing() -> list[bytes]:
        return [one for one in asked if any((one, period) not in found for period in periods)]

    asked: Sequence[bytes] = list(territories)
    while asked:
        for grains in (_WHOLE, f"NOT ({_WHOLE})"):
            if not (left := missing()):
                break
            sql = _TERRITORY.format(codes=_codes(periods), grains=grains)
            binds = _binds(scope, periods) | {"left": json.dumps([one.hex() for one in left])}
            for row in connection.execute(sa.text(sql), binds).all():
                value = rates.convert(row.value, row.currency)
                if value is not None:
                    cell = found.setdefault((bytes(row.territory_id), row.period), {})
                    grain = min(row.grain, 2)
                    cell[grain] = cell.get(grain, 0) + value
        asked = [below for one in missing() for below in tree.children.get(one, ())]
    return found


@dataclass(frozen=True)
class _Tree:
    roots: tuple[bytes, ...]
    children: Mapping[bytes, tuple[bytes, ...]]

    @staticmethod
    @once
    def load(connection: sa.Connection) -> _Tree:
        rows = connection.execute(sa.text("SELECT id, parent_id FROM territory ORDER BY path")).all()
        known = {bytes(row.id) for row in rows}
        children: dict[bytes, tuple[bytes, ...]] = {}
        roots = []
        for row in rows:
            if row.parent_id is not None and bytes(row.parent_id) in known:
                parent = bytes(row.parent_id)
                children[parent] = (*children.get(parent, ()), bytes(row.id))
            else:
                roots.append(bytes(row.id))
        return _Tree(tuple(roots), children)

    def total(self, territories: Iterable[bytes], period: str, agreed: Agreed) -> int | None:
        values = [self._of(one, period, agreed) for one in territories]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def _of(self, territory: bytes, period: str, agreed: Agreed) -> int | None:
        own = agreed.get((territory, period))
        if own:
            return own[min(own)]
        return self.total(self.children.get(territory, ()), period, agreed)


def _codes(periods: Sequence[str]) -> str:
    return ", ".join(f":c{at}" for at in range(len(periods))) or "NULL"


def _binds(scope: Scope, periods: Sequence[str]) -> dict[str, Any]:
    return {"category": scope.category, **{f"c{at}": code for at, code in enumerate(periods)}}

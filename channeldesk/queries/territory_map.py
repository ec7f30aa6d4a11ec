"""The partners of a list with where they are and the figures that a map can colour."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, currency, partners, periods, sales
from channeldesk.queries.partners import PartnerRow
from channeldesk.queries.views import ALL, ListView
from channeldesk.rules.calendar import Period
from channeldesk.rules.route import Place

_PLACES = """
SELECT p.rowid AS key, p.latitude, p.longitude, tier.rank_number AS tier_rank
FROM json_each(:keys) k CROSS JOIN partner p ON p.rowid = k.value LEFT JOIN tier ON tier.id = p.tier_id
"""


@dataclass(frozen=True, slots=True)
class MapPartner:
    """A partner of the list. ``sales`` and ``overdue`` in the currency of the map, None where no rate is
    known; ``sales_before``: net of the period before in the partner's own currency; ``change``: this period's
    net against that, as far as the period has gone, as a share, None without sales to compare with.
    """

    row: PartnerRow
    place: Place | None
    tier_rank: int | None
    sales: int | None
    overdue: int | None
    sales_before: int
    change: float | None


@dataclass(frozen=True)
class TerritoryMap:
    """``pace``: how much of the period has passed, in basis points."""

    partners: tuple[MapPartner, ...]
    currency: str
    period: Period | None
    before: Period | None
    pace: int
    as_of: int | None

    @property
    def placeless(self) -> int:
        return sum(one.place is None for one in self.partners)


def territory_map(connection: sa.Connection, view: ListView = ALL, today: str | None = None) -> TerritoryMap:
    """The partners that the view of the list lets through, in its order."""
    day = today or clock.today(connection)
    keys = partners.keys(connection, view, day)
    target = currency.reporting(connection)
    rates = currency.rates(connection, target, day)
    window = periods.window(connection, 2, day)
    before = window.periods[0] if len(window.periods) > 1 else None
    (earlier,) = sales.own_currency(connection, [before.code] if before is not None else [])
    found = connection.execute(sa.text(_PLACES), {"keys": json.dumps(list(keys))})
    places = {row.key: row for row in found}
    made = []
    for row in partners.rows(connection, keys, day):
        known = places[row.key]
        there = known.latitude is not None and known.longitude is not None
        net = earlier.get(row.id, 0)
        made.append(
            MapPartner(
                row,
                (known.latitude, known.longitude) if there else None,
                known.tier_rank,
                rates.convert(row.sales, row.currency),
                rates.convert(row.overdue or 0, row.currency),
                net,
                _change(row.sales, net, window.pace),
            )
        )
    return TerritoryMap(tuple(made), target, window.current, before, window.pace, clock.as_of(connection))


def _change(now: int, before: int, pace: int) -> float | None:
    """Against as much of the period before as has passed of this one."""
    return now * 10_000 / (before * pace) - 1 if before > 0 and pace > 0 else None

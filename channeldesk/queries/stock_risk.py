"""Stock at risk by money: which positions may run out, and where money lies beyond need."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, demand, shipments
from channeldesk.queries.currency import rates, reporting
from channeldesk.queries.order_entry import LEAD_DAYS
from channeldesk.rules.stock_risk import Held, danger, excess

RANKINGS = {"out": "lost", "over": "tied"}
"""Expected lost sales; money tied up above need: what a list is ranked by."""

_PRICES = """
SELECT i.product_id, l.currency, l.tier_id, i.price FROM json_each(:products) k
CROSS JOIN price_item i ON i.product_id = unhex(k.value)
CROSS JOIN price_list l ON l.id = i.price_list_id
WHERE l.partner_id IS NULL AND l.channel_type_id IS NULL
  AND (l.valid_from IS NULL OR l.valid_from <= :today) AND (l.valid_to IS NULL OR l.valid_to >= :today)
ORDER BY i.min_quantity DESC, l.valid_to IS NULL, l.territory_id IS NULL, l.code DESC
"""
_POSITIONS = f"""
SELECT s.rowid AS key, s.partner_id, s.product_id, s.quantity, p.currency, p.tier_id,
  {shipments.IN_TRANSIT} AS in_transit
FROM json_each(:keys) k CROSS JOIN stock_position s ON s.rowid = k.value
JOIN partner p ON p.id = s.partner_id
"""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Of one position, in minor units of ``currency``; None where no list price is known."""

    lost: int | None
    tied: int | None
    chance: int
    currency: str
    daily: int


class ListPrices:
    """List prices (scale 4) of lists for everybody, or everybody of a tier, from the smallest quantity on; of
    those that run on rather than those of a promotion. Good enough to weigh risks; orders ask ``prices``.
    """

    def __init__(self, connection: sa.Connection, today: str, products: Iterable[bytes]) -> None:
        wanted = json.dumps(sorted({one.hex() for one in products}))
        found = connection.execute(sa.text(_PRICES), {"today": today, "products": wanted})
        self._known = {(row.product_id, row.currency, row.tier_id): row.price for row in found}

    def of(self, product: bytes, currency: str, tier: bytes | None) -> int | None:
        own = self._known.get((product, currency, tier))
        return own if own is not None else self._known.get((product, currency, None))


def at_risk(connection: sa.Connection, keys: Iterable[int], today: str | None = None) -> dict[int, AtRisk]:
    """By row number of a position."""
    day = today or clock.today(connection)
    rows = connection.execute(sa.text(_POSITIONS), {"keys": json.dumps(list(keys))}).all()
    daily = demand.daily(connection, ((row.partner_id, row.product_id) for row in rows), day)
    listed = ListPrices(connection, day, (row.product_id for row in rows))
    found = {}
    for row in rows:
        held = Held(
            row.quantity,
            daily.get((row.partner_id, row.product_id), 0),
            LEAD_DAYS,
            listed.of(row.product_id, row.currency, row.tier_id),
            row.currency,
            demand.DAYS,
            row.in_transit,
        )
        out, over = danger(held), excess(held)
        found[row.key] = AtRisk(out.lost, over.tied, out.chance, row.currency, held.daily)
    return found


def ranked(
    connection: sa.Connection, keys: Sequence[int], column: str, today: str | None = None
) -> array[int]:
    """Of these positions those with money at stake, the most first. Currencies are compared at the rate of
    the day."""
    day = today or clock.today(connection)
    one_currency = rates(connection, reporting(connection), day)
    money = []
    for key, one in at_risk(connection, keys, day).items():
        amount = getattr(one, column)
        if amount:
            money.append((-(one_currency.convert(amount, one.currency) or 0), key))
    return array("q", (key for _, key in sorted(money)))

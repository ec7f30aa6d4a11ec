"""What the demo's promotions took off its orders: worked out by the program's own rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from channeldesk.demo.organisation import TERRITORIES, Organisation, zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.sales import CLOSED, PLACED, TAX, Sales, rounded
from channeldesk.demo.world import Batch, World, moment
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions import best
from channeldesk.rules.promotions.offers import Line
from channeldesk.rules.promotions.terms import Promotion, open_to

COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "order_id",
    "partner_id",
    "order_line_id",
    "promotion_id",
    "amount",
)


class Given(NamedTuple):
    """Of an order's line (both by their place) what a promotion took off, in minor units."""

    order: int
    line: int
    promotion: bytes
    amount: int


def give(
    organisation: Organisation,
    partners: list[Partner],
    catalogue: Catalogue,
    sales: Sales,
    days: list[date],
    promotions: list[Promotion],
) -> list[Given]:
    """Order by order, so that a budget ends with the order that uses it up; amounts of ``sales`` follow.

    Orders that something came back of are left as they are: returns are made of what was charged then. What
    headquarters has not judged uses no budget: laptops would count it once more.
    """
    import numpy as np

    given: list[Given] = []
    left = {one.id: one.budget_left for one in promotions}
    buyers = [_buyer(organisation, one) for one in partners]
    first = min(one.valid_from for one in promotions if one.valid_from is not None)
    start = int(np.searchsorted(sales.day, (first - days[0]).days))
    for order in range(start, sales.partner.size):
        who = int(sales.partner[order])
        if sales.is_return[order] or sales.came_back[order] or sales.status[order] > CLOSED:
            continue
        on, currency = days[int(sales.day[order])], partners[who].currency
        now = [
            replace(one, budget_left=left[one.id])
            for one in open_to(promotions, buyers[who], on, currency)
            if one.budget_left is None or sales.status[order] != PLACED
        ]
        outcome = best(now, buyers[who], on, currency, list(_lines(catalogue, sales, order)))
        for line, several in sorted(outcome.discounts.items()):
            for one in several:
                given.append(Given(order, line, one.promotion.id, one.amount))
                if (budget := left[one.promotion.id]) is not None:
                    left[one.promotion.id] = budget - one.amount
    _book(sales, given, partners)
    return given


def _book(sales: Sales, given: list[Given], partners: list[Partner]) -> None:
    """Take it off lines and orders; tax is on what is left."""
    import numpy as np

    for one in given:
        sales.line_discount[one.line] += one.amount
    lines = np.flatnonzero(sales.line_discount)
    rate = np.array([TAX[partners[who].country] for who in sales.partner[sales.line_order[lines]].tolist()])
    net = sales.line_net[lines] - sales.line_discount[lines]
    taxed = rounded(net * rate, 10_000)
    np.subtract.at(sales.net, sales.line_order[lines], sales.line_discount[lines])
    np.add.at(sales.tax, sales.line_order[lines], taxed - sales.line_tax[lines])
    sales.line_net[lines], sales.line_tax[lines] = net, taxed


def used(given: list[Given]) -> dict[bytes, int]:
    """By promotion."""
    found: dict[bytes, int] = defaultdict(int)
    for one in given:
        found[one.promotion] += one.amount
    return dict(found)


def discounts(
    world: World,
    partners: list[Partner],
    sales: Sales,
    days: list[date],
    given: list[Given],
    order_ids: list[bytes],
    line_ids: list[bytes],
) -> Batch:
    """One row for each promotion and line."""
    rows = []
    for order, line, promotion, amount in given:
        partner = partners[int(sales.partner[order])]
        at = moment(days[int(sales.day[order])], int(sales.minute[order]), zone_of(partner.territory))
        made = world.id("order_discount", at)
        rows.append((made, at, at, order_ids[order], partner.id, line_ids[line], promotion, amount))
    return Batch("order_discount", COLUMNS, rows)


def _lines(catalogue: Catalogue, sales: Sales, order: int) -> Iterator[Line]:
    """Those at their list price, numbered by their place among all lines."""
    for at in range(int(sales.first_line[order]), int(sales.first_line[order + 1])):
        if sales.unit_price[at] == sales.list_price[at]:
            product = int(sales.product[at])
            yield Line(
                at,
                catalogue.ids[product],
                catalogue.categories[product],
                int(sales.quantity[at]),
                int(sales.unit_price[at]),
                int(sales.line_net[at]),
            )


def _buyer(organisation: Organisation, partner: Partner) -> Buyer:
    above = {code: parent for code, _, parent, _ in TERRITORIES}
    line, code = [], partner.territory
    while code:
        line.append(organisation.territories[code])
        code = above[code] or ""
    return Buyer(
        partner.id, organisation.tiers[partner.tier], organisation.channel_types[partner.type], tuple(line)
    )

"""A year of sell-out of the distributors that have most sub-dealers, as they would report it.

What was delivered is sold on over the following weeks, in portions: to a sub-dealer, or to end customers.
Sub-dealers tell once a month what they sold. In the last quarter the goods with stock figures are those that
left the stock, so that report and stock agree. A count before the year says what there was at its beginning.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.sales import CLOSED, SHIPPED, Sales
from channeldesk.demo.stock import WEEKS, Stock
from channeldesk.demo.world import Batch, World, batch, moment
from channeldesk.rules.calendar import day_bounds
from channeldesk.rules.sell_out import Sale, counted_apart, identity

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRIBUTORS = 2
_DAYS = 350
_UNSOLD = 0.06


def sell_out_batches(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    sales: Sales,
    stock: Stock,
    days: list[date],
) -> Iterator[Batch]:
    """Counts at the beginning, then all reports."""
    below = Counter(one.parent for one in partners if one.parent is not None)
    most = dict(below.most_common(DISTRIBUTORS))
    sellers = [place for place, one in enumerate(partners) if one.id in most]
    trees = [_Tree(world, partners, one, catalogue, sales, stock, days) for one in sellers]
    counts, lines = [], []
    reports: list[dict[str, Any]] = []
    for tree in trees:
        reports += tree.reports()
        for count, counted in tree.counts():
            counts.append(count)
            lines += counted
    yield batch("stock_count", counts)
    yield batch("stock_count_line", lines)
    yield batch("sell_out", sorted(reports, key=lambda row: row["created_at"]))


class _Tree:
    """One distributor with its sub-dealers. Pieces by day number, seller, product and buyer."""

    def __init__(
        self,
        world: World,
        partners: list[Partner],
        seller: int,
        catalogue: Catalogue,
        sales: Sales,
        stock: Stock,
        days: list[date],
    ) -> None:
        self.world, self.partners, self.catalogue, self.days = world, partners, catalogue, days
        self.sales, self.stock = sales, stock
        self.source = world.random(f"sell_out/{seller}")
        self.seller = seller
        self.below = [place for place, one in enumerate(partners) if one.parent == partners[seller].id]
        self.first = max(0, len(days) - _DAYS)
        self.sold: Counter[tuple[int, int, int | None]] = Counter()
        self._left_the_stock()
        self._was_delivered()
        self.passed_on = self._by_month()

    def _buyer(self) -> int | None:
        return self.source.choice([*self.below, None, None])

    def _stocked(self, partner: int) -> set[int]:
        return {int(self.stock.product[pair]) for pair in (self.stock.partner == partner).nonzero()[0]}

    def _left_the_stock(self) -> None:
        stock = self.stock
        for pair in (stock.partner == self.seller).nonzero()[0].tolist():
            for week in range(WEEKS):
                day = stock.first_day + 7 * week + int(stock.sold_day[pair, week])
                if pieces := int(stock.sold[pair, week]):
                    self.sold[day, int(stock.product[pair]), self._buyer()] += pieces

    def _was_delivered(self) -> None:
        stocked, last = self._stocked(self.seller), len(self.days) - 1
        for day, product, left in self._deliveries(self.seller):
            end = self.stock.first_day if product in stocked else last + 1
            while day >= self.first and left > 0 and self.source.random() > _UNSOLD:
                day += self.source.randint(2, 16)
                pieces = min(left, max(1, round(left * self.source.uniform(0.3, 0.8))))
                left -= pieces
                if day < end:
                    self.sold[day, product, self._buyer()] += pieces

    def _deliveries(self, partner: int) -> Iterator[tuple[int, int, int]]:
        sales = self.sales
        for order in (sales.partner == partner).nonzero()[0].tolist():
            if int(sales.status[order]) in (SHIPPED, CLOSED) and not sales.is_return[order]:
                for line in range(int(sales.first_line[order]), int(sales.first_line[order + 1])):
                    yield (
                        int(sales.day[order]) + 4,
                        int(sales.product[line]),
                        int(sales.quantity[line]) // 1000,
                    )

    def _by_month(self) -> Counter[tuple[date, int, int]]:
        """What sub-dealers sold in a month (its first day): most of what came in the one before."""
        came: Counter[tuple[date, int, int]] = Counter()
        for (day, product, buyer), pieces in self.sold.items():
            if buyer is not None:
                came[self.days[day].replace(day=1), product, buyer] += pieces
        for partner in self.below:
            for day, product, pieces in self._deliveries(partner):
                if self.first <= day < len(self.days):
                    came[self.days[day].replace(day=1), product, partner] += pieces
        stocked = {partner: self._stocked(partner) for partner in self.below}
        quarter, made = self.days[self.stock.first_day], Counter[tuple[date, int, int]]()
        for (month, product, partner), pieces in sorted(came.items()):
            following = _next(month)
            in_stock = product in stocked[partner] and _next(following) > quarter
            if _next(following) <= self.world.today and not in_stock:
                made[following, product, partner] += round(pieces * self.source.uniform(0.75, 1))
        return +made

    def reports(self) -> list[dict[str, Any]]:
        ids, own = self.catalogue.ids, self.partners[self.seller]
        made: list[tuple[date, Sale]] = []
        for (day, product, buyer), pieces in self.sold.items():
            on = self.days[day].isoformat()
            to = None if buyer is None else self.partners[buyer].id
            told = self.days[min(day + 7 - self.days[day].weekday(), len(self.days) - 1)]
            made.append((told, Sale(own.id, ids[product], pieces * 1000, on, on, to)))
        for (month, product, partner), pieces in self.passed_on.items():
            end = date.fromordinal(_next(month).toordinal() - 1)
            sale = Sale(
                self.partners[partner].id, ids[product], pieces * 1000, month.isoformat(), end.isoformat()
            )
            made.append((min(_next(month), self.days[-1]), sale))
        made.sort(
            key=lambda one: (one[0], one[1].partner, one[1].last_on, one[1].product, one[1].buyer or b"")
        )
        numbered = counted_apart(sale for _, sale in made)
        return [self._row(told, sale) for (told, _), sale in zip(made, numbered, strict=True)]

    def _row(self, told: date, sale: Sale) -> dict[str, Any]:
        zone = zone_of(self.partners[self.seller].territory)
        at = moment(told, 9 * 60 + 20, zone)
        return {
            "id": self.world.id("sell_out", at),
            "created_at": at,
            "updated_at": at,
            "partner_id": sale.partner,
            "buyer_partner_id": sale.buyer,
            "product_id": sale.product,
            "quantity": sale.quantity,
            "first_on": sale.first_on,
            "last_on": sale.last_on,
            "happened_at": day_bounds(sale.last_on, zone)[0],
            "source": "file",
            "reference": f"sell-out {told.isoformat()}.csv",
            "occurrence": sale.occurrence,
            "report": f"{told.isoformat()} {sale.partner.hex()}",
            "identity": identity(sale),
        }

    def counts(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """What each had of its stocked goods before the year began."""
        day = self.first - 1
        on, at = (
            self.days[day],
            moment(self.days[day], 18 * 60, zone_of(self.partners[self.seller].territory)),
        )
        for partner in (self.seller, *self.below):
            count_id = self.world.id("stock_count", at)
            made = {"created_at": at, "updated_at": at}
            count = {"id": count_id, **made, "partner_id": self.partners[partner].id, "counted_at": at}
            lines = [
                {
                    "id": self.world.id("stock_count_line", at),
                    **made,
                    "stock_count_id": count_id,
                    "partner_id": self.partners[partner].id,
                    "product_id": self.catalogue.ids[product],
                    "counted": self.source.randint(2, 60) * 1000,
                }
                for product in sorted(self._stocked(partner))
            ]
            if lines:
                yield {**count, "counted_on": on.isoformat()}, lines


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)

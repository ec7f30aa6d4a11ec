"""Why a line comes from a site and not from another, and why some of it comes from nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from channeldesk.model.notice import Money, Notice, Quantity, notice
from channeldesk.rules.routing.problem import Problem, Split
from channeldesk.rules.routing.terms import NO_STOCK, Line, Order, Site

_NAMES = 3
"""Sites named in a sentence."""


@dataclass(frozen=True, slots=True)
class _Rival:
    """Another site for the same goods: what they would cost more from there, late days apart."""

    site: Site
    plain: int
    late: int
    opens: bool
    """It would be one more shipment for the order."""

    @property
    def more(self) -> int:
        return self.plain + self.late


class Reasons:
    """For one split; what is compared is moving the goods in question and nothing else."""

    def __init__(self, problem: Problem, split: Split) -> None:
        self._request, self._sites = problem.request, problem.sites
        self._terms = problem.request.terms
        products = {(one.id, line.number): line.product for one in problem.orders for line in one.lines}
        self._lines: dict[tuple[bytes, bytes], list[int]] = {}
        """(order, site) to the lines that go together."""
        self._leaving = Counter[tuple[bytes, bytes]]()
        self._sent = Counter[tuple[bytes, bytes, bytes]]()
        for (order, number, site), quantity in sorted(split.items()):
            product = products[order, number]
            self._lines.setdefault((order, site), []).append(number)
            self._leaving[site, product] += quantity
            self._sent[order, site, product] += quantity
        self._count = Counter(order for order, _ in self._lines)

    def sent(self, order: Order, line: Line, site: Site, quantity: int) -> tuple[Notice, ...]:
        """Why ``quantity`` of the line comes from ``site``; at least one reason."""
        others = [
            one
            for one in self._sites
            if one is not site and self._may(order, one) and one.stock.get(line.product, NO_STOCK).packs
        ]
        if not others:
            return (notice("routing.only_site", site=site.name),)
        rivals = [self._rival(order, line, site, one, quantity) for one in others]
        able = [one for one in rivals if one is not None]
        if not able:
            return (notice("routing.only_enough", quantity=Quantity(quantity)),)
        best = min(able, key=lambda one: (one.more, self._days(order, one.site)))
        return tuple(self._against(best, order, line, site, quantity))

    def _rival(self, order: Order, line: Line, site: Site, other: Site, quantity: int) -> _Rival | None:
        """None where it could not send all of it beside what it sends the order anyway."""
        stock, mine = other.stock[line.product], site.stock[line.product]
        room = stock.packs * stock.pack - self._sent[order.id, other.id, line.product]
        if quantity > room or quantity % stock.pack:
            return None
        plain = quantity // stock.pack * stock.cost - quantity // mine.pack * mine.cost
        late = 0
        opens = (order.id, other.id) not in self._lines
        if opens:
            cost, days = self._shipment(order, other)
            plain, late = plain + cost, late + days
        if len(self._lines[order.id, site.id]) == 1:
            cost, days = self._shipment(order, site)
            plain, late = plain - cost, late - days
        return _Rival(other, plain, late, opens)

    def _against(
        self, rival: _Rival, order: Order, line: Line, site: Site, quantity: int
    ) -> Iterator[Notice]:
        other = rival.site.name
        together = [number for number in self._lines[order.id, site.id] if number != line.number]
        sooner = self._days(order, rival.site) - self._days(order, site)
        if rival.more < 0:
            yield self._dearer(rival, order, line, bool(together), quantity)
            return
        if rival.more > 0:
            if together and rival.opens:
                yield notice(
                    "routing.same_shipment",
                    lines=", ".join(map(str, together)),
                    other=other,
                    amount=self._money(rival.more),
                )
            elif rival.plain > 0:
                yield notice("routing.cheaper", other=other, amount=self._money(rival.plain))
            elif rival.plain < 0:
                amount = self._money(-rival.plain)
                late = self._late(order, rival.site)
                yield notice("routing.in_time", other=other, amount=amount, days=late)
        elif sooner <= 0:
            yield notice("routing.same_cost", other=other)
        if sooner > 0:
            yield notice("routing.earlier", other=other, days=sooner)

    def _dearer(self, rival: _Rival, order: Order, line: Line, together: bool, quantity: int) -> Notice:
        other, amount = rival.site, self._money(-rival.more)
        if self._left(other, line.product) < quantity:
            return notice("routing.stock_wanted", other=other.name, amount=amount)
        if rival.opens and together and self._count[order.id] >= self._terms.most_sites:
            return notice(
                "routing.too_many_for_cheaper", other=other.name, amount=amount, most=self._terms.most_sites
            )
        return notice("routing.dearer", other=other.name, amount=amount)

    def unmet(self, order: Order, line: Line, quantity: int) -> tuple[Notice, ...]:
        """Why ``quantity`` of the line is not sent; at least one reason."""
        holders = [one for one in self._sites if one.stock.get(line.product, NO_STOCK).packs]
        able = [one for one in holders if self._may(order, one)]
        barred = [one for one in holders if not self._may(order, one)]
        if not holders:
            return (notice("routing.no_stock"),)
        if not able:
            return (notice("routing.none_may", sites=_names(barred)),)
        found = self._why_not(order, line, able, quantity)
        if others := [one for one in barred if self._left(one, line.product)]:
            found.append(notice("routing.others_may_not", sites=_names(others)))
        return tuple(found)

    def _why_not(self, order: Order, line: Line, able: Sequence[Site], quantity: int) -> list[Notice]:
        """Of what sites that may serve it have left, or what others had of them."""
        left = [(one, there) for one in able if (there := self._left(one, line.product))]
        packs = [(one, there) for one, there in left if one.stock[line.product].pack <= quantity]
        most = self._terms.most_sites
        full = self._count[order.id] >= most
        usable = [one for one in packs if not full or (order.id, one[0].id) in self._lines]
        if usable:
            site, there = usable[0]
            return [notice("routing.left_over", site=site.name, quantity=Quantity(there))]
        found = []
        for site, there in packs[:1]:
            much = Quantity(there)
            found.append(notice("routing.too_many_sites", site=site.name, quantity=much, most=most))
        elsewhere = sum(
            self._leaving[one.id, line.product] - self._sent[order.id, one.id, line.product] for one in able
        )
        if elsewhere:
            found.append(notice("routing.went_elsewhere", quantity=Quantity(min(elsewhere, quantity))))
        if left and not packs:
            site = left[0][0]
            pack = Quantity(site.stock[line.product].pack)
            found.append(notice("routing.part_pack", site=site.name, pack=pack))
        if not found:
            there = sum(one.stock[line.product].packs * one.stock[line.product].pack for one in able)
            found.append(
                notice("routing.not_enough", available=Quantity(there), ordered=Quantity(line.quantity))
            )
        return found

    def _may(self, order: Order, site: Site) -> bool:
        return site.lane_to(order.id) is not None

    def _left(self, site: Site, product: bytes) -> int:
        stock = site.stock[product]
        return stock.packs * stock.pack - self._leaving[site.id, product]

    def _days(self, order: Order, site: Site) -> int:
        lane = site.lane_to(order.id)
        return 0 if lane is None else lane.days

    def _late(self, order: Order, site: Site) -> int:
        lane = site.lane_to(order.id)
        return 0 if lane is None else self._request.lateness(order, lane)

    def _shipment(self, order: Order, site: Site) -> tuple[int, int]:
        """What one costs, and its days late."""
        lane = site.lane_to(order.id)
        return 0 if lane is None else lane.cost, self._late(order, site) * self._terms.late_cost

    def _money(self, amount: int) -> Money:
        return Money(amount, self._terms.currency)


def _names(sites: Iterable[Site]) -> str:
    names = [one.name for one in sites]
    return ", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")

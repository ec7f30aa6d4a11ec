"""Whether a split can be carried out, by the request alone: a solver's answer or a person's change."""

from __future__ import annotations

from collections import Counter

from channeldesk.model.notice import Notice, Quantity, notice
from channeldesk.rules.routing.problem import Split
from channeldesk.rules.routing.terms import NO_STOCK, Request


def faults(request: Request, split: Split) -> tuple[Notice, ...]:
    """What forbids it; nothing where it may be done.

    KeyError for an order, a line or a site that the request does not have.
    """
    sites = {one.id: one for one in request.sites}
    lines = {(one.id, line.number): line for one in request.orders for line in one.lines}
    found: list[Notice] = []
    sent, leaving = Counter[tuple[bytes, int]](), Counter[tuple[bytes, bytes]]()
    places: dict[bytes, set[bytes]] = {}
    for (order, number, place), quantity in sorted(split.items()):
        line, site = lines[order, number], sites[place]
        stock = site.stock.get(line.product, NO_STOCK)
        sent[order, number] += quantity
        leaving[place, line.product] += quantity
        places.setdefault(order, set()).add(place)
        if site.lane_to(order) is None:
            found.append(notice("routing.not_for_this_order", site=site.name))
        if quantity <= 0 or quantity % stock.pack:
            pack = Quantity(stock.pack)
            found.append(notice("routing.not_whole_packs", line=number, site=site.name, pack=pack))
    for (order, number), quantity in sent.items():
        ordered = lines[order, number].quantity
        if quantity > ordered:
            much = Quantity(quantity)
            found.append(
                notice("routing.more_than_ordered", line=number, quantity=much, ordered=Quantity(ordered))
            )
    for (place, product), quantity in leaving.items():
        site = sites[place]
        available = max(0, site.stock.get(product, NO_STOCK).available)
        if quantity > available:
            much, there = Quantity(quantity), Quantity(available)
            found.append(notice("routing.more_than_stock", site=site.name, quantity=much, available=there))
    most = request.terms.most_sites
    for used in places.values():
        if len(used) > most:
            found.append(notice("routing.more_sites_than_allowed", count=len(used), most=most))
    return tuple(dict.fromkeys(found))

"""Orders of the demo that can be routed, and what may be proposed and confirmed of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from channeldesk.actions import routes, shipments
from channeldesk.actions.routes import Draft, DraftPart
from channeldesk.desk import Desk
from channeldesk.model.notice import notice
from channeldesk.queries import routing
from tests.support.demo_laptop import NOW_MS, every


def free_orders(desk: Desk) -> tuple[bytes, ...]:
    """Accepted orders of which nothing has left; what was planned of them is called off by headquarters."""
    desk.profile = replace(desk.profile, role="headquarters")
    for row in desk.ask(every, "SELECT id FROM shipment WHERE status = 'planned'"):
        desk.act(shipments.cancel, row.id)
    sql = "SELECT id FROM sales_order WHERE status = 'accepted' AND order_kind = 'order' ORDER BY id"
    return tuple(row.id for row in desk.ask(every, sql))


def draft(desk: Desk, order_id: bytes) -> Draft:
    """As much of each line from the first site that has some, the rest from nowhere."""
    found = desk.ask(routing.asked, (order_id,), now=NOW_MS)
    parts = []
    for line in found.orders[0].lines:
        rest = line.open
        for site in found.request.sites:
            there = site.stock.get(line.product_id)
            if rest and there is not None and site.lane_to(order_id) is not None:
                part = min(rest, there.available)
                why = notice("routing.no_stock")
                parts.append(DraftPart(line.id, line.product_id, site.id, part, 100, 3, reasons=(why,)))
                rest -= part
        if rest:
            parts.append(DraftPart(line.id, line.product_id, None, rest))
    return Draft(order_id, tuple(parts), "person", "CNY", 5_000)


def _decided(desk: Desk) -> tuple[list[Draft]]:
    return ([draft(desk, free_orders(desk)[0])],)


def _standing(desk: Desk) -> tuple[bytes]:
    desk.act(routes.decide, *_decided(desk))
    return (desk.ask(every, "SELECT id FROM order_route")[0].id,)


CASES: dict[str, Callable[[Desk], tuple[Any, ...]]] = {
    "routes.decide": _decided,
    "routes.withdraw": _standing,
}
"""What each action is given, by its name."""

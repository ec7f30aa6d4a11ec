"""Routes on the laptop: proposed or confirmed, provisional until headquarters has answered."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.actions import routes as actions
from channeldesk.actions import shipments
from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.hq import sequencer
from channeldesk.model.notice import Problem, Quantity
from channeldesk.model.tables import laptop
from channeldesk.queries import inbox, orders, routes, routing, sites
from channeldesk.rules.shipping import Item
from tests.actions.test_shipments import accepted, synced
from tests.support.central import add
from tests.support.demo_laptop import DAY, NOW_MS, every
from tests.support.headquarters import Headquarters, synchronised
from tests.support.routed import draft, free_orders


def as_manager(desk: Desk) -> None:
    desk.profile = replace(desk.profile, role="manager")


def refused(desk: Desk, *drafts: actions.Draft) -> str:
    with pytest.raises(Problem) as raised:
        desk.act(actions.decide, list(drafts))
    return raised.value.notice.code


def test_a_proposal_is_confirmed_as_it_stands(desk: Desk) -> None:
    order, *_ = free_orders(desk)
    wanted = draft(desk, order)
    as_manager(desk)
    desk.act(actions.decide, [wanted])
    (proposed,) = desk.ask(routes.of_order, order)
    assert (proposed.status, proposed.provisional, proposed.cost) == ("proposed", True, 5_000)
    assert {one.part for one in proposed.parts} == {one.part for one in wanted.parts}
    assert proposed.parts[0].reasons[0].code == "routing.no_stock"
    free_orders(desk)
    done = desk.act(actions.decide, [draft(desk, order)], "Good")
    (confirmed,) = desk.ask(routes.of_order, order)
    assert (confirmed.id, confirmed.status, confirmed.note) == (proposed.id, "confirmed", "Good")
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(routes.of_order, order)[0].status == "proposed"


def test_headquarters_decides_another_and_both_are_kept(desk: Desk) -> None:
    order, *_ = free_orders(desk)
    wanted = draft(desk, order)
    as_manager(desk)
    desk.act(actions.decide, [wanted])
    free_orders(desk)
    first = wanted.parts[0]
    less = replace(first, quantity=first.quantity - 1_000)
    nobody = replace(first, site=None, quantity=1_000)
    desk.act(actions.decide, [replace(wanted, parts=(less, nobody, *wanted.parts[1:]))])
    new, old = desk.ask(routes.of_order, order)
    assert (new.status, new.replaces_id, old.status) == ("confirmed", old.id, "changed")
    assert [one.quantity for one in new.unmet if one.order_line_id == first.line] == [1_000]
    detail = desk.ask(orders.detail, order)
    assert detail is not None
    assert {part.line: part.quantity for part in detail.leaves}[first.line] == less.quantity
    as_manager(desk)
    assert refused(desk, draft(desk, order)) == "route.stands_already"
    with pytest.raises(Problem, match="Headquarters' people"):
        desk.act(actions.withdraw, new.id)


def test_what_is_promised_is_not_free(desk: Desk) -> None:
    first, second, *_ = free_orders(desk)
    wanted = draft(desk, first)
    part = next(one for one in wanted.parts if one.site is not None)

    def free() -> int:
        places = desk.ask(sites.warehouses, laptop)
        found = desk.ask(sites.free, laptop, places, {part.product}, DAY, NOW_MS)
        return int(found[part.site, part.product])

    before = free()
    desk.act(actions.decide, [wanted])
    assert free() == before - part.quantity
    items = [Item(part.line, part.product, part.quantity)]
    desk.act(shipments.ship, first, items, Terms())
    assert free() == before - part.quantity, "until the warehouse reports again"
    asked = desk.ask(routing.asked, (second,), now=NOW_MS)
    there = next(one for one in asked.request.sites if one.id == part.site)
    assert there.stock.get(part.product) is None or there.stock[part.product].available <= free()


def test_what_cannot_be_is_refused_and_nothing_is_written(desk: Desk) -> None:
    first, second, *_ = free_orders(desk)
    kept = desk.ask(every, "SELECT id FROM order_route")
    wanted = draft(desk, first)
    part = wanted.parts[0]
    rest = wanted.parts[1:]
    for wrong, code in (
        (replace(part, quantity=part.quantity + 1_000), "route.order_changed"),
        (replace(part, site=b"\1" * 16), "route.may_not_serve"),
        (replace(part, line=b"\1" * 16), "route.order_changed"),
    ):
        assert refused(desk, draft(desk, second), replace(wanted, parts=(wrong, *rest))) == code
    assert desk.ask(every, "SELECT id FROM order_route") == kept
    closed = desk.ask(every, "SELECT id FROM sales_order WHERE status = 'closed' LIMIT 1")[0].id
    assert refused(desk, replace(wanted, order_id=closed)) == "route.order_not_open"
    placed = desk.ask(every, "SELECT id FROM sales_order WHERE number IS NULL LIMIT 1")[0].id
    assert refused(desk, replace(wanted, order_id=placed)) == "route.order_not_ready"


def test_no_more_is_confirmed_than_lies_there(desk: Desk) -> None:
    order, *_ = free_orders(desk)
    wanted = draft(desk, order)
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE warehouse_level SET quantity = 0")
    assert refused(desk, wanted) == "route.short"
    as_manager(desk)
    desk.act(actions.decide, [wanted])  # a proposal holds nothing


def test_waiting_are_those_without_a_confirmed_route(desk: Desk) -> None:
    routed = {row.order_id for row in desk.ask(every, "SELECT order_id FROM order_route")}
    first, *others = (one for one in free_orders(desk) if one not in routed)
    before = desk.ask(routes.waiting, 50)
    assert {first, *others} <= set(before)
    desk.act(actions.decide, [draft(desk, first)])
    assert set(desk.ask(routes.waiting, 50)) == set(before) - {first}


def test_sites_are_the_companys_and_partners_that_deliver_there(desk: Desk) -> None:
    order, *_ = free_orders(desk)
    found = desk.ask(routing.asked, (order,), now=NOW_MS)
    codes = {one.code for one in found.request.sites}
    assert codes <= {"WH-SH", "WH-GZ", "YY-BL", "YY-CX"}
    assert {"WH-SH", "WH-GZ"} <= codes, "not the one of another country"
    fetched = desk.ask(routing.asked, (order,), pickup=True, now=NOW_MS)
    south = next(one for one in fetched.request.sites if one.code == "WH-GZ")
    assert (south.kind, south.lane.cost, south.lane.days) == ("pickup", 0, 0)
    quantities = {line.product_id: line.open for line in found.orders[0].lines}
    assert all(
        Quantity(stock.available).amount > 0
        for site in found.request.sites
        for product, stock in site.stock.items()
        if product in quantities
    )


@pytest.fixture
def hana(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    """At headquarters, who confirms."""
    with synchronised(hq, tmp_path / "hana", "hana") as opened:
        yield opened


def offered(hq: Headquarters, bo: Desk, hana: Desk) -> actions.Draft:
    """A route of an accepted order, of which six pieces are in a warehouse."""
    order_id = accepted(bo, hana)
    with hq.database.write() as connection:
        product = connection.execute(sa.text("SELECT product_id FROM order_line")).scalar_one()
        near = add(connection, "warehouse", code="NEAR", name="Near", currency="CNY")
        stock = {"quantity": 6_000, "as_of": 1, "source": "WMS"}
        add(connection, "warehouse_level", warehouse_id=near, product_id=product, **stock)
        sequencer.drain(connection, NOW_MS)
    synced(bo, hana)
    found = bo.ask(routing.asked, (order_id,))
    (line,) = found.orders[0].lines
    parts = (
        actions.DraftPart(line.id, line.product_id, near, 6_000),
        actions.DraftPart(line.id, line.product_id, None, line.open - 6_000),
    )
    return actions.Draft(order_id, parts, "milp", "CNY", 0)


def test_two_laptops_and_headquarters(hq: Headquarters, at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    wanted = offered(hq, bo, hana)
    order_id, parts = wanted.order_id, wanted.parts
    ordered = sum(one.quantity for one in parts)
    bo.act(actions.decide, [wanted])
    synced(bo, hana)
    (seen,) = hana.ask(routes.of_order, order_id)
    assert (seen.status, seen.provisional, seen.author) == ("proposed", False, "Bo")
    hana.act(actions.decide, [wanted], "Take it")
    synced(hana, bo)
    (told,) = bo.ask(routes.of_order, order_id)
    assert (told.status, told.note, told.decider, told.provisional) == (
        "confirmed",
        "Take it",
        "Hana",
        False,
    )
    assert [one.quantity for one in told.unmet] == [ordered - 6_000]
    with hq.database.write() as connection:
        connection.execute(sa.text("UPDATE warehouse_level SET quantity = 1000"))
    less = replace(
        wanted, parts=(replace(parts[0], quantity=5_000), replace(parts[1], quantity=ordered - 5_000))
    )
    hana.act(actions.decide, [less])
    synced(hana)
    refused_here, *_ = hana.ask(routes.of_order, order_id)
    assert refused_here.rejected, "headquarters looks at its own stock"
    standing = routes.standing(hana.ask(routes.of_order, order_id))
    assert standing is not None
    assert (standing.id, standing.status) == (told.id, "confirmed")
    assert hana.ask(inbox.items)[0].notice.code == "route.short"


def test_a_withdrawal_that_comes_too_late_leaves_the_route_as_it_is(
    hq: Headquarters, at_headquarters: Desk, hana: Desk
) -> None:
    """Only the edit was refused: headquarters has the route, and goods leave by it."""
    bo = at_headquarters
    wanted = offered(hq, bo, hana)
    bo.act(actions.decide, [wanted])
    synced(bo, hana)
    hana.act(actions.decide, [wanted])
    synced(hana)
    bo.act(actions.withdraw, bo.ask(routes.of_order, wanted.order_id)[0].id)
    synced(bo)
    assert bo.ask(inbox.items)[0].kind == "rejection"
    (told,) = bo.ask(routes.of_order, wanted.order_id)
    assert (told.status, told.rejected) == ("confirmed", False)
    detail = bo.ask(orders.detail, wanted.order_id)
    assert detail is not None
    assert [part.quantity for part in detail.leaves] == [6_000]

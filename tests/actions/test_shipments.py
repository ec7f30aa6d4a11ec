"""Shipping, confirming, splitting and letting go: on real laptops beside a real headquarters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.actions import approvals, orders
from channeldesk.actions import shipments as actions
from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import order_entry
from channeldesk.queries import orders as query
from channeldesk.queries.orders import OrderDetail
from channeldesk.rules.amending import Wanted
from channeldesk.rules.shipping import Item
from tests.actions.test_orders_judged import drill
from tests.support.demo_laptop import every, one
from tests.support.headquarters import Headquarters, synchronised


@pytest.fixture
def hana(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    """At headquarters, who ships."""
    with synchronised(hq, tmp_path / "hana", "hana") as opened:
        yield opened


def order(desk: Desk, order_id: bytes) -> OrderDetail:
    found = desk.ask(query.detail, order_id)
    assert found is not None
    return found


def synced(*desks: Desk) -> None:
    for desk in desks:
        assert desk.sync(in_process=True).finished


def accepted(bo: Desk, hana: Desk, quantity: int = 10_000) -> bytes:
    order_id = bo.act(orders.place, drill(bo, quantity)).value.order_id
    synced(bo, hana)
    assert order(hana, order_id).order.status == "accepted"
    return order_id


def some(desk: Desk, order_id: bytes, quantity: int) -> list[Item]:
    (line,) = order(desk, order_id).lines
    return [Item(line.id, line.product_id, quantity)]


def refused(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.notice.code


def test_goods_leave_are_on_their_way_and_arrive(at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    order_id = accepted(bo, hana)
    (line,) = order(bo, order_id).lines
    partner = order(bo, order_id).order.partner_id
    shipment = hana.act(actions.ship, order_id, some(hana, order_id, 4_000), Terms("SF", "1")).value
    (seen,) = order(hana, order_id).shipments
    assert (seen.number, seen.provisional, seen.status) == (None, True, "sent")
    assert order(hana, order_id).still_open[0].held == 4_000
    with pytest.raises(Problem) as problem:
        hana.act(actions.ship, order_id, some(hana, order_id, 6_001), Terms())
    assert refused(problem) == "shipment.too_many"
    synced(hana, bo)

    found = order(bo, order_id)
    assert found.order.status == "partly_shipped"
    assert (found.shipments[0].number, found.shipments[0].carrier) == (f"{found.order.number}-1", "SF")
    assert "sent" in [event.kind for event in found.history]
    steps = suggestion_steps(bo, partner, line.product_id)
    assert (steps["step.in_transit"], steps["step.ordered"]) == (4_000, 6_000)
    for forbidden in (actions.cancel, actions.dispatch):
        with pytest.raises(Problem):
            bo.act(forbidden, shipment)
    stock = level(bo, partner, line.product_id)
    bo.act(actions.confirm_arrival, shipment, None, "One box is dented")
    synced(bo, hana)
    found = order(hana, order_id)
    assert (found.shipments[0].status, found.shipments[0].receipt) == ("arrived", "One box is dented")
    assert level(bo, partner, line.product_id) == stock + 4_000
    synced(bo)
    assert level(bo, partner, line.product_id) == stock + 4_000, "once"
    assert suggestion_steps(bo, partner, line.product_id)["step.ordered"] == 6_000

    rest = hana.act(actions.ship, order_id, some(hana, order_id, 6_000), Terms(), planned=True).value
    synced(hana)
    hana.act(actions.correct, rest, Terms("DPD", "", None, "2099-01-01"))
    hana.act(actions.dispatch, rest)
    synced(hana)
    assert order(hana, order_id).order.status == "shipped"
    hana.act(actions.confirm_arrival, rest)
    synced(hana, bo)
    closed = order(bo, order_id)
    assert (closed.order.status, closed.order.expected_on) == ("closed", None)
    assert {"closed", "shipped", "arrived"} <= {event.kind for event in closed.history}


def test_staff_split_an_order_and_let_the_rest_go(at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    order_id = accepted(bo, hana)
    total = order(bo, order_id).order.total
    (line,) = order(hana, order_id).lines
    hana.act(
        approvals.ask_split, order_id, [Wanted(line.id, line.product_id, 3_000)], "Two lorries", "2099-01-01"
    )
    synced(hana, bo)
    first = order(bo, order_id)
    ((second_id, number),) = first.split_into
    second = order(bo, second_id)
    assert second.split_from == (order_id, first.order.number)
    assert (second.order.number, second.order.status) == (number, "accepted")
    assert first.order.total + second.order.total == total
    assert second.order.requested_on == "2099-01-01"
    with pytest.raises(Problem) as problem:
        hana.act(approvals.ask_closing, order_id, "Sold out")
    assert refused(problem) == "approval.order_moved_on"
    hana.act(actions.ship, order_id, some(hana, order_id, 5_000), Terms())
    synced(hana)
    hana.act(approvals.ask_closing, order_id, "Sold out")
    synced(hana, bo)
    found = order(bo, order_id)
    assert (found.order.status, found.lines[0].quantity) == ("shipped", 5_000)


def test_what_headquarters_refuses_comes_back_and_holds_nothing(
    at_headquarters: Desk, hana: Desk, hq: Headquarters, tmp_path: Path
) -> None:
    """The same goods are shipped on two laptops, offline."""
    order_id = accepted(at_headquarters, hana)
    with synchronised(hq, tmp_path / "other", "hana") as other:
        for desk in (hana, other):
            desk.act(actions.ship, order_id, some(desk, order_id, 7_000), Terms())
        synced(hana, other)
        found = order(other, order_id)
        assert sorted(each.rejected for each in found.shipments) == [False, True]
        assert found.still_open[0].held == 7_000
        assert found.order.status == "partly_shipped"


def level(desk: Desk, partner: bytes, product: bytes) -> int:
    sql = (
        f"SELECT coalesce(sum(quantity), 0) FROM stock_position "
        f"WHERE partner_id = x'{partner.hex()}' AND product_id = x'{product.hex()}'"
    )
    return int(desk.ask(one, sql))


def suggestion_steps(desk: Desk, partner: bytes, product: bytes) -> dict[str, int]:
    context = desk.ask(order_entry.entry_context, partner, None, [product])
    assert context is not None
    found = desk.ask(order_entry.explained, context.prices, [context.offers[product]])
    return {
        step.label.code: step.value.amount  # type: ignore[union-attr]
        for step in found[product].suggestion.steps
    }


def test_the_list_knows_what_is_late(desk: Desk) -> None:
    counts = desk.ask(query.counts)
    rows = desk.ask(every, f"SELECT id FROM sales_order WHERE expected_on < '{counts.today}'")
    assert counts.late == len(rows)

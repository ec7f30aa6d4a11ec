"""What headquarters refused counts nowhere until the person has decided, and everywhere in the same way."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import payments, sell_out
from channeldesk.actions.sell_out import Sold
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import demand, routes, sell, shipments
from channeldesk.queries import payments as paid
from channeldesk.queries.holdings import at_partner
from channeldesk.queries.stock_detail import stock_detail
from channeldesk.rules.payment_promises import State
from channeldesk.rules.stock_places import held
from tests.support.demo_laptop import DAY, every, one
from tests.support.refusing import refuse

_MOVED = """SELECT m.partner_id, m.product_id, m.happened_on FROM stock_movement m
JOIN stock_position s ON s.partner_id = m.partner_id AND s.product_id = m.product_id
WHERE m.movement_kind = 'sale' AND m.happened_at > s.as_of AND s.as_of > 0
ORDER BY m.happened_on DESC, m.id LIMIT 1"""


def refused(desk: Desk, entity: str, row_id: bytes) -> None:
    with desk.database.apply() as connection:
        refuse(connection, entity, row_id)


def figures(connection: sa.Connection, partner: bytes, product: bytes) -> dict[str, Any]:
    """The same sales, as every page tells of them."""
    found = sell.sell(connection, partner, DAY, product)
    detail = stock_detail(connection, partner, product, DAY)
    assert found is not None
    assert detail is not None
    (at,) = held(at_partner(connection, partner, [product])[product], [2**62])
    level = "SELECT quantity FROM stock_position WHERE partner_id = :a AND product_id = :b"
    assert detail.on_hand == at == one(connection, level, a=partner, b=product)
    return {
        "sold": found.whole.flow.sold,
        "reported": found.root.reported,
        "level": at,
        "daily": demand.daily(connection, [(partner, product)], DAY),
        "demand": demand.of_partner(connection, partner, DAY).get(product),
        "moves": [(row.kind, row.quantity) for row in detail.movements],
    }


def test_a_refused_report_leaves_the_movements_and_a_refused_take_back_the_report(desk: Desk) -> None:
    (pair,) = desk.ask(every, _MOVED)
    partner, product, day = pair
    before = desk.ask(figures, partner, product)
    desk.act(sell_out.report, partner, [Sold(product, 900_000, day, day)])
    report = desk.ask(one, "SELECT id FROM sell_out WHERE rv = 0")
    reported = desk.ask(figures, partner, product)
    assert reported["sold"] > before["sold"]
    assert reported["level"] < before["level"]

    refused(desk, "sell_out", report)
    assert desk.ask(figures, partner, product) == before

    with desk.database.apply() as connection:
        connection.execute(sa.text("UPDATE sell_out SET rv = 7 WHERE id = :id"), {"id": report})
        connection.execute(sa.text("DELETE FROM inbox"))
    assert desk.ask(figures, partner, product) == reported
    for _ in range(2):
        desk.act(sell_out.take_back, [report])
        with pytest.raises(Problem, match="taken back before"):
            desk.act(sell_out.take_back, [report])
        taken = "SELECT o.row_id FROM outbox o WHERE o.entity = 'sell_out'"
        refused(desk, "sell_out", desk.ask(one, taken))
        assert desk.ask(figures, partner, product) == reported


def test_a_refused_shipment_is_neither_on_its_way_nor_sold_in(desk: Desk) -> None:
    sent = """SELECT h.id, h.partner_id, l.product_id, l.quantity FROM shipment h
    JOIN shipment_line l ON l.shipment_id = h.id JOIN sales_order s ON s.id = h.order_id
    WHERE h.status = 'sent' AND s.status NOT IN ('shipped', 'closed') AND h.sent_on <= :day LIMIT 1"""
    (row,) = desk.ask(every, sent, day=DAY)

    def told(connection: sa.Connection) -> tuple[int, int]:
        found = sell.sell(connection, row.partner_id, DAY, row.product_id)
        coming = shipments.in_transit(connection, row.partner_id).get(row.product_id, 0)
        return (found.whole.flow.sell_in if found else 0), coming

    bought, coming = desk.ask(told)
    refused(desk, "shipment", row.id)
    assert desk.ask(told) == (bought - row.quantity, coming - row.quantity)


def test_a_refused_promise_to_pay_is_not_broken(desk: Desk) -> None:
    partner = desk.ask(one, "SELECT id FROM partner WHERE currency = 'CNY' LIMIT 1")
    late = (date.fromisoformat(DAY) + timedelta(days=400)).isoformat()
    made = desk.act(payments.promise, partner, 500, "CNY", DAY).value

    def broken(connection: sa.Connection) -> bool:
        return any(
            row.id == made and row.standing.state is State.BROKEN for row in paid.pressing(connection, late)
        )

    assert desk.ask(broken)
    refused(desk, "payment_promise", made)
    assert not desk.ask(broken)
    assert made not in {row.id for row in desk.ask(paid.promises, partner, late)}


def test_an_order_whose_route_was_refused_waits_for_one(desk: Desk) -> None:
    order = desk.ask(routes.waiting, 1)[0]
    with desk.database.apply() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO order_route (id, rv, order_id, partner_id, status, solver, currency, cost) "
                "SELECT :id, 0, id, partner_id, 'confirmed', 'exact', currency, 0 FROM sales_order "
                "WHERE id = :order"
            ),
            {"id": bytes([9]) * 16, "order": order},
        )
    assert order not in desk.ask(routes.waiting, 1_000)
    refused(desk, "order_route", bytes([9]) * 16)
    assert order in desk.ask(routes.waiting, 1_000)

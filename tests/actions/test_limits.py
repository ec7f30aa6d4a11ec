"""A laptop writes nothing that headquarters would send back for its length or size."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from channeldesk.actions import approvals, orders, payments, shipments
from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo_laptop import one
from tests.support.shipped import CASES

LONG = "x" * 5_000


def _partner(desk: Desk) -> bytes:
    """One that was sold to, and may be again."""
    sql = "SELECT s.partner_id FROM sales_order s JOIN partner p ON p.id = s.partner_id "
    return bytes(desk.ask(one, sql + "WHERE p.stage = 'active' AND s.status = 'closed' LIMIT 1"))


def _ordered(desk: Desk) -> None:
    desk.act(orders.place, replace(desk.act(orders.copy_last, _partner(desk)).value, note=LONG))


def _shipped(desk: Desk) -> None:
    order, items, _ = CASES["shipments.ship"](desk)
    desk.act(shipments.ship, order, items, Terms(note=LONG))


def _confirmed(desk: Desk) -> None:
    shipment, day, _ = CASES["shipments.confirm_arrival"](desk)
    desk.act(shipments.confirm_arrival, shipment, day, LONG)


def _asked(desk: Desk) -> None:
    order, _ = CASES["approvals.ask_closing"](desk)
    desk.act(approvals.ask_closing, order, LONG)


def _promised(desk: Desk) -> None:
    desk.act(payments.promise, _partner(desk), 100, "CNY", "2099-01-01", note=LONG)


@pytest.mark.parametrize("act", [_ordered, _shipped, _confirmed, _asked, _promised])
def test_a_book_is_refused_before_it_is_written(desk: Desk, act: Callable[[Desk], None]) -> None:
    with pytest.raises(Problem) as problem:
        act(desk)
    assert problem.value.notice.code == "field.too_long"
    assert problem.value.notice.params["count"] == len(LONG)
